package org.lexicographer.eval.evaluator;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.pipeline.Site;

/** Keeps the baselines that were measured last, because the dictionaries of a site share theirs. */
public final class Baselines {

    private final Map<Key, Baseline> kept;

    /** Keeps as many baselines as said. */
    public Baselines(int most) {
        kept =
                new LinkedHashMap<>(16, 0.75f, true) {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<Key, Baseline> eldest) {
                        return size() > most;
                    }
                };
    }

    synchronized Optional<Baseline> find(Key key) {
        return Optional.ofNullable(kept.get(key));
    }

    synchronized void keep(Key key, Baseline baseline) {
        kept.put(key, baseline);
    }

    /**
     * What a baseline depends on.
     *
     * @param model the model's identity
     * @param site the site that is replaced
     * @param contextsDigest see {@link Contexts#digest}
     * @param batchContexts contexts per forward pass
     */
    record Key(String model, Site site, String contextsDigest, int batchContexts) {}
}
