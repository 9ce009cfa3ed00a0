package org.lexicographer.pipeline.trace;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes spans. Safe for use by several threads. */
public interface Tracing {

    /** Makes none: what was begun elsewhere goes on elsewhere. */
    Tracing NONE =
            (name, parents, attributes) ->
                    new Span() {
                        @Override
                        public Optional<TraceParent> place() {
                            return parents.stream().findFirst();
                        }

                        @Override
                        public void close() {}
                    };

    /**
     * Begins a span.
     *
     * @param name what is done, beginning with the noun of the stage
     * @param parents what it is done for: the span belongs to the trace of the first, and is linked
     *     to the others; it begins a trace where there are none
     * @param attributes what it is about
     */
    Span begin(String name, List<TraceParent> parents, Map<String, Object> attributes);

    /** Something that is being done, until it is closed. Closing it again does nothing. */
    interface Span extends AutoCloseable {

        /** Returns the place that others go on from; empty where nobody is to. */
        Optional<TraceParent> place();

        @Override
        void close();
    }
}
