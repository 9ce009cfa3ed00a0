package org.lexicographer.activation.model;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.lexicographer.pipeline.run.RunSpec.LanguageModelSource;

/**
 * The models in memory: each is loaded by the first run that needs it, shared by all that do, and
 * closed when no run uses it any more.
 */
public final class LanguageModels {

    private final Function<LanguageModelSource, LoadedModel> loader;
    private final Map<LanguageModelSource, Shared> loaded = new HashMap<>();

    /** Creates an empty set of models. */
    public LanguageModels(Function<LanguageModelSource, LoadedModel> loader) {
        this.loader = requireNonNull(loader, "loader is null");
    }

    /** Returns the model, loaded; it stays so until the lease is closed. */
    public synchronized Lease lease(LanguageModelSource source) {
        Shared shared = loaded.computeIfAbsent(source, s -> new Shared(loader.apply(s)));
        shared.users++;
        return new Lease(source, shared);
    }

    private synchronized void release(LanguageModelSource source, Shared shared) {
        shared.users--;
        if (shared.users == 0) {
            loaded.remove(source);
            shared.model.close();
        }
    }

    /** Returns how many models are in memory. */
    public synchronized int size() {
        return loaded.size();
    }

    private static final class Shared {
        private final LoadedModel model;
        private int users;

        Shared(LoadedModel model) {
            this.model = model;
        }
    }

    /** The use of a model by one run. */
    public final class Lease implements AutoCloseable {
        private final LanguageModelSource source;
        private final Shared shared;
        private boolean closed;

        private Lease(LanguageModelSource source, Shared shared) {
            this.source = source;
            this.shared = shared;
        }

        /** Returns the model, for use until the lease is closed. */
        public ActivationSource model() {
            return shared.model;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                release(source, shared);
            }
        }
    }
}
