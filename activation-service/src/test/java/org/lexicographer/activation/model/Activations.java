package org.lexicographer.activation.model;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.lexicographer.pipeline.Site;

/** The activations that a model hands over, kept. */
public final class Activations {

    private Activations() {}

    /** Returns the activations of one forward pass at each of the sites, (N, D). */
    public static Map<Site, float[]> of(
            ActivationSource model, int[] tokens, int contextLength, Set<Site> sites) {
        Map<Site, float[]> kept = new HashMap<>();
        model.run(
                tokens,
                contextLength,
                sites,
                (site, values) -> {
                    float[] copy = new float[values.limit()];
                    values.get(0, copy);
                    kept.put(site, copy);
                });
        return kept;
    }
}
