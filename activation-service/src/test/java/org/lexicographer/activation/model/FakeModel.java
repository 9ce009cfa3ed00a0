package org.lexicographer.activation.model;

import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.lexicographer.activation.TestRuns;
import org.lexicographer.pipeline.Site;

/**
 * A model of two layers whose activation at a site is the token, the site and the column in one
 * number. It can be made to wait before each forward pass.
 */
public final class FakeModel implements LoadedModel {

    public static final int ACTIVATION_DIM = 4;
    public static final int CONTEXT_LIMIT = 16;

    private static final int UNLIMITED = 1 << 20;

    private final int activationDim;
    private final List<Set<Site>> passes = new CopyOnWriteArrayList<>();
    private final List<Change> changes = new CopyOnWriteArrayList<>();
    private final Semaphore allowed = new Semaphore(UNLIMITED);
    private volatile Set<Integer> specialTokens = Set.of();
    private volatile boolean closed;

    private record Change(Site site, int index, float value) {}

    public FakeModel() {
        this(ACTIVATION_DIM);
    }

    public FakeModel(int activationDim) {
        this.activationDim = activationDim;
    }

    /** Returns the activations at a site as the fake computes them. */
    public static float[] expected(int[] tokens, Site site, int activationDim) {
        float[] values = new float[tokens.length * activationDim];
        for (int i = 0; i < values.length; i++) {
            int token = tokens[i / activationDim];
            values[i] = 1000f * token + 100f * site.layer() + 10f * site.kind().ordinal();
            values[i] += i % activationDim;
        }
        return values;
    }

    /** Replaces the activation in one column of one row at a site. */
    public FakeModel withValue(Site site, int row, int column, float value) {
        changes.add(new Change(site, row * activationDim + column, value));
        return this;
    }

    /** Names the model's special tokens. */
    public FakeModel withSpecialTokens(Integer... ids) {
        specialTokens = Set.of(ids);
        return this;
    }

    /** Makes every further pass wait until it is allowed. */
    public void hold() {
        allowed.drainPermits();
    }

    /** Allows further passes. */
    public void allow(int count) {
        allowed.release(count);
    }

    /** Tells whether a pass waits to be allowed. */
    public boolean isHeld() {
        return allowed.hasQueuedThreads();
    }

    /** Returns the sites of each pass. */
    public List<Set<Site>> passes() {
        return List.copyOf(passes);
    }

    /** Returns this model, as if it were loaded anew. */
    public FakeModel loaded() {
        closed = false;
        return this;
    }

    public boolean isClosed() {
        return closed;
    }

    @Override
    public int contextLimit() {
        return CONTEXT_LIMIT;
    }

    @Override
    public int activationDim(Site site) {
        if (site.layer() > 1) {
            throw new IllegalArgumentException("no such site in the model: layers=2, site=" + site);
        }
        return activationDim;
    }

    @Override
    public Set<Integer> specialTokens() {
        return specialTokens;
    }

    /** Takes the tokens from the stream, which {@link #expected} made of them. */
    @Override
    public void runFrom(FloatBuffer stream, int contextLength, Set<Site> sites, Receiver receiver) {
        int[] tokens = new int[stream.limit() / activationDim];
        for (int row = 0; row < tokens.length; row++) {
            tokens[row] = (int) (stream.get(row * activationDim) / 1000);
        }
        run(tokens, contextLength, sites, receiver);
    }

    @Override
    public void run(int[] tokens, int contextLength, Set<Site> sites, Receiver receiver) {
        if (closed) {
            throw new IllegalStateException("model used after it was closed");
        }
        allowed.acquireUninterruptibly();
        Map<Site, float[]> values = new HashMap<>();
        for (int token : tokens) {
            if (token < 0 || token >= TestRuns.VOCABULARY) {
                throw new IllegalArgumentException(
                        "token id out of range: vocabularySize=50, found=" + token);
            }
        }
        sites.forEach(site -> values.put(site, expected(tokens, site, activationDim)));
        changes.stream()
                .filter(change -> sites.contains(change.site()))
                .forEach(change -> values.get(change.site())[change.index()] = change.value());
        passes.add(Set.copyOf(sites));
        sites.forEach(site -> receiver.receive(site, FloatBuffer.wrap(values.get(site))));
    }

    @Override
    public void close() {
        closed = true;
    }
}
