package org.lexicographer.eval.model;

import ai.djl.Device;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.pipeline.safetensors.SafetensorsException;

/** Loads language models when they are needed, shares them, and closes them when they are idle. */
public final class LanguageModels implements AutoCloseable {

    private final Device device;
    private final Duration idle;
    private final InstantSource clock;
    private final Map<Path, Loaded> models = new HashMap<>();

    /**
     * Creates an empty set of models.
     *
     * @param device where models are loaded to
     * @param idle how long a model stays loaded after its last use
     * @param clock what tells the time
     */
    public LanguageModels(Device device, Duration idle, InstantSource clock) {
        this.device = device;
        this.idle = idle;
        this.clock = clock;
    }

    /**
     * Returns the model of a folder, loaded; it stays so at least until the lease is closed.
     *
     * @throws UnusableInputException when the folder holds no model that can be loaded
     */
    public synchronized Lease lease(Path folder) {
        Loaded loaded = models.get(folder);
        if (loaded == null) {
            loaded = new Loaded(load(folder));
            models.put(folder, loaded);
        }
        loaded.users++;
        return new Lease(loaded);
    }

    private LanguageModel load(Path folder) {
        try {
            return LanguageModel.load(folder, device);
        } catch (InvalidModelException | SafetensorsException e) {
            throw new UnusableInputException(e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("language model not readable: folder=" + folder, e);
        }
    }

    /** Closes the models that nobody has used for the idle time. */
    public synchronized void closeIdle() {
        Instant latest = clock.instant().minus(idle);
        for (Iterator<Loaded> all = models.values().iterator(); all.hasNext(); ) {
            Loaded loaded = all.next();
            if (loaded.users == 0 && !loaded.lastUse.isAfter(latest)) {
                loaded.model.close();
                all.remove();
            }
        }
    }

    /** Returns how many models are loaded. */
    public synchronized int loaded() {
        return models.size();
    }

    @Override
    public synchronized void close() {
        models.values().forEach(loaded -> loaded.model.close());
        models.clear();
    }

    private final class Loaded {
        private final LanguageModel model;
        private int users;
        private Instant lastUse = clock.instant();

        Loaded(LanguageModel model) {
            this.model = model;
        }
    }

    /** The use of a model by somebody. */
    public final class Lease implements AutoCloseable {
        private final Loaded loaded;
        private boolean closed;

        private Lease(Loaded loaded) {
            this.loaded = loaded;
        }

        /** Returns the model, for use until the lease is closed. */
        public LanguageModel model() {
            return loaded.model;
        }

        @Override
        public void close() {
            synchronized (LanguageModels.this) {
                if (!closed) {
                    closed = true;
                    loaded.users--;
                    loaded.lastUse = clock.instant();
                }
            }
        }
    }
}
