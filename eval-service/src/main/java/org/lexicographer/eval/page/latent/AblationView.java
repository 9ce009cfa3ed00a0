package org.lexicographer.eval.page.latent;

import org.lexicographer.eval.inspection.LatentAblation;

/**
 * What becomes of the next tokens when a latent is taken out.
 *
 * @param at which statistics its top contexts are of
 * @param ablation what was found
 */
public record AblationView(StatisticsPlace at, LatentAblation ablation) {

    /** Returns a token as it is read. */
    public String visible(String token) {
        return ShownToken.visible(token);
    }

    /** Tells whether the latent is active before any other token. */
    public boolean hasPlaces() {
        return ablation.meanChange().isPresent();
    }
}
