package org.lexicographer.eval.evaluator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lexicographer.languagemodel.ReplacedLoss;
import org.lexicographer.pipeline.Site;

/**
 * Keeps what models say with a site's activations replaced by 0, because the dictionaries of a site
 * share it.
 */
public final class Baselines {

    private final Map<Key, Losses> kept;

    /** Keeps the losses of as many texts and sites as said, those that were used last. */
    public Baselines(int most) {
        kept =
                new LinkedHashMap<>(16, 0.75f, true) {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<Key, Losses> eldest) {
                        return size() > most;
                    }
                };
    }

    /** Returns the losses as far as they were measured before. */
    synchronized Losses of(Key key) {
        return kept.computeIfAbsent(key, missing -> new Losses());
    }

    /**
     * A text in a model.
     *
     * @param model the model's identity
     * @param contextsDigest see {@link Contexts#digest}
     * @param batchContexts contexts per forward pass
     */
    record Text(String model, String contextsDigest, int batchContexts) {}

    /**
     * What losses depend on.
     *
     * @param zeroed the site whose activations are 0
     */
    record Key(Text text, Site zeroed) {}

    /** What a model says of a text's batches, measured in their order. */
    static final class Losses {
        private final List<ReplacedLoss> batches = new ArrayList<>();

        /** Tells whether a batch has been measured. */
        synchronized boolean has(int batch) {
            return batch < batches.size();
        }

        /** Returns what was measured of a batch. */
        synchronized ReplacedLoss of(int batch) {
            return batches.get(batch);
        }

        /** Takes what was measured of the next batch; another thread may have been faster. */
        synchronized void put(int batch, ReplacedLoss measured) {
            if (batch == batches.size()) {
                batches.add(measured);
            }
        }
    }
}
