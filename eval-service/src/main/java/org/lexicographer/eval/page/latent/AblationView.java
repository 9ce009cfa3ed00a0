package org.lexicographer.eval.page.latent;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.lexicographer.eval.inspection.LatentAblation;
import org.lexicographer.eval.inspection.LatentAblation.Context;
import org.lexicographer.eval.inspection.LatentAblation.Place;

/**
 * What becomes of the next tokens when a latent is taken out.
 *
 * @param at which statistics its top contexts are of
 * @param ablation what was found
 */
public record AblationView(StatisticsPlace at, LatentAblation ablation) {

    /**
     * A context.
     *
     * @param number its number in the text
     * @param peak where the token with the largest value comes from; empty when that was not
     *     recorded
     * @param documents where the first token of each of its documents comes from
     * @param places where the latent is active and a token follows, at least one
     */
    public record ShownContext(
            int number,
            Optional<ShownOrigin> peak,
            List<ShownOrigin> documents,
            List<Place> places) {

        /** Returns the mean change of the tokens that follow in this context. */
        public double meanChange() {
            return places.stream().mapToDouble(Place::change).average().orElseThrow();
        }

        private static ShownContext of(Context context) {
            return new ShownContext(
                    context.context(),
                    context.places().stream()
                            .max(Comparator.comparing(Place::value))
                            .flatMap(place -> ShownOrigin.of(context.origin(), place.position())),
                    ShownOrigin.all(context.origin()),
                    context.places());
        }
    }

    /** Returns the contexts in which there is something to take out. */
    public List<ShownContext> contexts() {
        return ablation.contexts().stream()
                .filter(context -> !context.places().isEmpty())
                .map(ShownContext::of)
                .toList();
    }

    /** Returns a token as it is read. */
    public String visible(String token) {
        return ShownToken.visible(token);
    }

    /** Tells whether the latent is active before any other token. */
    public boolean hasPlaces() {
        return ablation.meanChange().isPresent();
    }
}
