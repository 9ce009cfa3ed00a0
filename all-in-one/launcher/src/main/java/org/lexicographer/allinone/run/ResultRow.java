package org.lexicographer.allinone.run;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import org.lexicographer.pipeline.Site;

/**
 * How good a dictionary is, as eval-service says; a figure that is missing there is NaN.
 *
 * @param site the site that the dictionary reads
 * @param recipe the recipe's name
 * @param isFinal whether the dictionary is the last one of its run
 * @param tokens the number of tokens evaluated on
 * @param mse mean squared error per element
 * @param l1 mean L1 norm of the latents
 * @param l0 mean number of active latents
 * @param alive share of the latents that were active on the first 8192 tokens, or on all when there
 *     are fewer
 * @param lossRecovered share of the language model's loss that is recovered
 */
public record ResultRow(
        Site site,
        String recipe,
        boolean isFinal,
        long tokens,
        double mse,
        double l1,
        double l0,
        double alive,
        double lossRecovered) {

    public ResultRow {
        requireNonNull(site, "site is null");
        requireNonNull(recipe, "recipe is null");
    }

    /** Reads one row of eval-service's table. */
    public static ResultRow of(JsonNode row) {
        return new ResultRow(
                Site.parse(row.path("site").asText()),
                row.path("recipe").asText(),
                row.path("final").asBoolean(),
                row.path("tokens").asLong(),
                row.path("mse").asDouble(Double.NaN),
                row.path("l1").asDouble(Double.NaN),
                row.path("l0").asDouble(Double.NaN),
                row.path("fractionAlive8192").asDouble(allAlive(row)),
                row.path("lossRecovered").asDouble(Double.NaN));
    }

    private static double allAlive(JsonNode row) {
        return row.path("fractionAlive").asDouble(Double.NaN);
    }
}
