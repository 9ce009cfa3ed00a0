package org.lexicographer.trainer.trace;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.trace.TraceParent;
import org.lexicographer.pipeline.trace.Tracing;
import org.lexicographer.pipeline.trace.Tracing.Span;

/**
 * Traces blocks to the next step, which is the first that may take their rows from the buffer, and
 * steps to the next checkpoint. A checkpoint belongs to the trace of the first block since the one
 * before, and is linked to those of later ones, up to {@value #MOST}. For use by one thread.
 */
public final class JobTraces implements AutoCloseable {

    /** Shards may be many between two checkpoints. */
    static final int MOST = 32;

    private final Tracing tracing;
    private final Map<String, Object> job;
    private final List<Span> stepping = new ArrayList<>();
    private final Deque<TraceParent> stepped = new ArrayDeque<>();

    /** Traces nothing yet. */
    public JobTraces(Tracing tracing, String run, Site site) {
        this.tracing = requireNonNull(tracing, "tracing is null");
        this.job = Map.of("run", run, "site", site.toString());
    }

    /** Takes note of traced blocks that were taken into the buffer. */
    public void took(List<TraceParent> blocks) {
        for (TraceParent block : blocks) {
            if (stepping.size() + stepped.size() < MOST) {
                stepping.add(tracing.begin("dictionaries step", List.of(block), job));
            }
        }
    }

    /** Takes note of a step. */
    public void stepped() {
        for (Span step : stepping) {
            step.place().ifPresent(stepped::add);
            step.close();
        }
        stepping.clear();
    }

    /** Begins a checkpoint. */
    public Span checkpoint() {
        List<TraceParent> steps = List.copyOf(stepped);
        stepped.clear();
        return (steps.isEmpty() ? Tracing.NONE : tracing)
                .begin("dictionaries checkpoint", steps, job);
    }

    /** Ends what was begun. */
    @Override
    public void close() {
        stepped();
    }
}
