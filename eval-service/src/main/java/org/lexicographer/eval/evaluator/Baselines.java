package org.lexicographer.eval.evaluator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.lexicographer.languagemodel.NextTokenLoss;
import org.lexicographer.pipeline.Site;

/**
 * Keeps the losses between which dictionaries lie, because those of a model, and those of a site,
 * share theirs: the model's own, and that with a site's activations replaced by 0.
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
     * @param zeroed the site whose activations are 0; empty for the model's own loss
     */
    record Key(Text text, Optional<Site> zeroed) {}

    /** The losses of a text's batches, measured in their order. */
    static final class Losses {
        private final List<NextTokenLoss> batches = new ArrayList<>();

        /** Returns the loss of a batch, the next or an earlier one. */
        synchronized NextTokenLoss of(int batch, Supplier<NextTokenLoss> measure) {
            if (batch == batches.size()) {
                batches.add(measure.get());
            }
            return batches.get(batch);
        }
    }
}
