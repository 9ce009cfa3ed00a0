package org.lexicographer.eval.evaluator;

import java.util.HashMap;
import java.util.Map;
import org.lexicographer.pipeline.Site;

/**
 * What a model says with a site's activations replaced by 0, on one text. All that was asked for
 * stays here, however much is kept for later.
 */
final class TextBaselines {

    private final Baselines baselines;
    private final Baselines.Text text;
    private final Map<Site, Baselines.Losses> inUse = new HashMap<>();

    TextBaselines(Baselines baselines, Baselines.Text text) {
        this.baselines = baselines;
        this.text = text;
    }

    /** Returns what is said with a site's activations replaced by 0 at every position. */
    Baselines.Losses zeroed(Site site) {
        return inUse.computeIfAbsent(site, it -> baselines.of(new Baselines.Key(text, it)));
    }
}
