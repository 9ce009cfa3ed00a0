package org.lexicographer.languagemodel;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.lexicographer.languagemodel.folder.ModelFolder;
import org.lexicographer.languagemodel.folder.ModelOutageException;
import org.lexicographer.pipeline.recipe.setting.ComputeType;

/**
 * The models in memory: each is loaded by the first user who needs it, shared by all who do, and
 * closed when nobody has used it for a while.
 *
 * <p>Models are told apart by their content and by what of them is loaded. Where a folder was
 * replaced, whoever leases it from then on gets the new model, while those at work keep theirs to
 * the end. Safe for use by several threads.
 *
 * @param <M> what a loaded model is
 */
public final class LanguageModels<M> implements AutoCloseable {

    private final Function<String, ModelFolder> finder;
    private final Loading<M> loading;
    private final Duration idle;
    private final InstantSource clock;
    private final Map<Key, Loaded> models = new HashMap<>();

    /**
     * How models come and go.
     *
     * @param load loads what is wanted of a folder
     * @param close releases the memory
     */
    public record Loading<M>(BiFunction<ModelFolder, ModelPart, M> load, Consumer<M> close) {

        public Loading {
            requireNonNull(load, "load is null");
            requireNonNull(close, "close is null");
        }
    }

    /**
     * Creates an empty set of models.
     *
     * @param finder finds the folder of an address, see {@link
     *     org.lexicographer.languagemodel.folder.ModelFolders#find}
     * @param idle how long a model stays loaded after its last use
     * @param clock what tells the time
     */
    public LanguageModels(
            Function<String, ModelFolder> finder,
            Loading<M> loading,
            Duration idle,
            InstantSource clock) {
        this.finder = requireNonNull(finder, "finder is null");
        this.loading = requireNonNull(loading, "loading is null");
        this.idle = requireNonNull(idle, "idle is null");
        this.clock = requireNonNull(clock, "clock is null");
    }

    /** A model as it is in memory. */
    private record Key(String content, ModelPart part) {}

    /**
     * Returns the model that an address means now, loaded; it stays so at least until the lease is
     * closed. What finder and loader throw is thrown.
     *
     * @throws ModelOutageException when the model was replaced while it was loaded
     */
    public Lease<M> lease(String uri, ComputeType type) {
        return lease(uri, ModelPart.whole(type));
    }

    /** Returns a part of a model, as {@link #lease(String, ComputeType)} returns all of it. */
    public Lease<M> lease(String uri, ModelPart part) {
        return lease(finder.apply(uri), uri, part);
    }

    private synchronized Lease<M> lease(ModelFolder folder, String uri, ModelPart part) {
        Key key = new Key(folder.content(), part);
        Loaded loaded = models.get(key);
        if (loaded == null) {
            loaded = new Loaded(load(folder, uri, part));
            models.put(key, loaded);
        }
        loaded.users++;
        Loaded used = loaded;
        return new Lease<>(used.model, key, () -> release(used));
    }

    private M load(ModelFolder folder, String uri, ModelPart part) {
        M model = loading.load.apply(folder, part);
        boolean same = false;
        try {
            same = finder.apply(uri).content().equals(folder.content());
        } finally {
            if (!same) {
                loading.close.accept(model);
            }
        }
        if (!same) {
            throw new ModelOutageException(
                    "language model replaced while it was loaded: uri=" + uri);
        }
        return model;
    }

    private synchronized void release(Loaded loaded) {
        loaded.users--;
        loaded.lastUse = clock.instant();
        if (idle.isZero()) {
            closeIdle();
        }
    }

    /** Closes the models that nobody has used for the idle time. */
    public synchronized void closeIdle() {
        Instant latest = clock.instant().minus(idle);
        for (Iterator<Loaded> all = models.values().iterator(); all.hasNext(); ) {
            Loaded loaded = all.next();
            if (loaded.users == 0 && !loaded.lastUse.isAfter(latest)) {
                loading.close.accept(loaded.model);
                all.remove();
            }
        }
    }

    /** Returns how many models are in memory. */
    public synchronized int loaded() {
        return models.size();
    }

    /** Closes all models, also those in use. */
    @Override
    public synchronized void close() {
        models.values().forEach(loaded -> loading.close.accept(loaded.model));
        models.clear();
    }

    private final class Loaded {
        private final M model;
        private int users;
        private Instant lastUse = clock.instant();

        Loaded(M model) {
            this.model = model;
        }
    }

    /** The use of a model by somebody. */
    public static final class Lease<M> implements AutoCloseable {
        private final M model;
        private final Key key;
        private final Runnable release;
        private boolean closed;

        private Lease(M model, Key key, Runnable release) {
            this.model = model;
            this.key = key;
            this.release = release;
        }

        /** Returns the model, for use until the lease is closed. */
        public M model() {
            return model;
        }

        /** Returns a digest of the model's content: the same for the same model only. */
        public String content() {
            return key.content();
        }

        /** Returns what the model's figures depend on: its content and the type it computes in. */
        public String identity() {
            return key.content() + ':' + key.part().type().text();
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                release.run();
            }
        }
    }
}
