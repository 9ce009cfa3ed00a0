package org.lexicographer.eval.evaluator;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.pipeline.Site;

/**
 * The losses between which dictionaries lie on one text in one model. All that were asked for stay
 * here, however many are kept for later.
 */
final class TextBaselines {

    private final Baselines baselines;
    private final Baselines.Text text;
    private final Map<Optional<Site>, Baselines.Losses> inUse = new HashMap<>();

    TextBaselines(Baselines baselines, Baselines.Text text) {
        this.baselines = baselines;
        this.text = text;
    }

    /** Returns the model's own. */
    Baselines.Losses original() {
        return of(Optional.empty());
    }

    /** Returns those with a site's activations replaced by 0 at every position. */
    Baselines.Losses zeroed(Site site) {
        return of(Optional.of(site));
    }

    private Baselines.Losses of(Optional<Site> zeroed) {
        return inUse.computeIfAbsent(zeroed, site -> baselines.of(new Baselines.Key(text, site)));
    }
}
