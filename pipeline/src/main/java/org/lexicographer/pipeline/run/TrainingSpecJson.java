package org.lexicographer.pipeline.run;

import java.util.function.Function;
import org.lexicographer.pipeline.JsonFields;
import org.lexicographer.pipeline.run.RunSpec.TrainingSpec;
import org.lexicographer.pipeline.run.TokenFilter.Positions;

/** Reads the training section of a run spec. */
final class TrainingSpecJson {

    private static final int MANY = Integer.MAX_VALUE;
    private static final long DEFAULT_MAX_LAG_BYTES = 1L << 30;

    private TrainingSpecJson() {}

    static TrainingSpec read(JsonFields fields, int contextLength) {
        int steps = (int) fields.integer("steps", 1, MANY);
        return new TrainingSpec(
                steps,
                (int) fields.integer("batchSize", 1, RunSpecJson.MAX_BLOCK_ROWS),
                (int) fields.integer("bufferContexts", 1, MANY),
                fields.bool("normalizeActivations", false),
                (int) fields.integer("checkpointSteps", 1, MANY, Math.max(1, steps / 10)),
                fields.integers("keepCheckpoints", 1, steps),
                fields.integer("maxLagBytes", 1 << 20, Long.MAX_VALUE, DEFAULT_MAX_LAG_BYTES),
                fields.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE, 0),
                fields.nested("tokens", tokens -> tokens(tokens, contextLength)),
                fields.nested("divergence", TrainingSpecJson::divergence),
                fields.optionalNested("earlyStop", TrainingSpecJson::earlyStop));
    }

    private static TokenFilter tokens(JsonFields fields, int contextLength) {
        return new TokenFilter(
                fields.optionalNumber("maxNormMultiple", 1),
                fields.bool("excludeSpecialTokens", false),
                fields.nested("positions", positions -> positions(positions, contextLength)));
    }

    private static Positions positions(JsonFields fields, int contextLength) {
        int from = (int) fields.integer("from", 0, contextLength - 1L, 0);
        int to = (int) fields.integer("to", 1, contextLength, contextLength);
        if (to <= from) {
            fields.error(
                    "to", "no position left: must be above from=%d, found=%d".formatted(from, to));
        }
        return new Positions(from, to);
    }

    private static DivergencePolicy divergence(JsonFields fields) {
        DivergencePolicy otherwise = DivergencePolicy.DEFAULT;
        return new DivergencePolicy(
                fields.number("lossMultiple", 1, otherwise.lossMultiple()),
                (int) fields.integer("steps", 1, MANY, otherwise.steps()));
    }

    private static EarlyStopPolicy earlyStop(JsonFields fields) {
        return new EarlyStopPolicy(
                (int) fields.integer("window", 1, MANY),
                (int) fields.integer("patience", 1, MANY),
                fields.number("minRelativeImprovement", 0, 0),
                fields.texts("recipes", Function.identity()));
    }

    /** Adds what is wrong with the section in a run of these recipes and sizes. */
    static void check(RunSpec spec, JsonFields fields) {
        long bufferRows = spec.bufferRows();
        long least = 2L * Math.max(spec.training().batchSize(), spec.trainedBlockRows());
        if (bufferRows < least) {
            fields.error(
                    "training.bufferContexts",
                    "buffer too small: half of it must hold a batch and a token block:"
                            + " bufferRows=%d, least=%d".formatted(bufferRows, least));
        }
        spec.training().earlyStop().stream()
                .flatMap(policy -> policy.recipes().stream())
                .filter(name -> spec.recipes().stream().noneMatch(r -> r.name().equals(name)))
                .forEach(
                        name ->
                                fields.error(
                                        "training.earlyStop.recipes",
                                        "not a recipe of the run: name=" + name));
    }
}
