package org.lexicographer.pipeline.recipe;

import java.util.List;
import java.util.Optional;
import org.lexicographer.pipeline.JsonFields;
import org.lexicographer.pipeline.Names;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec.Penalty;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec.ReconstructionLoss;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.pipeline.recipe.setting.GhostGradients;
import org.lexicographer.pipeline.recipe.setting.NormAnneal;
import org.lexicographer.pipeline.recipe.setting.Resampling;
import org.lexicographer.pipeline.recipe.setting.Schedule;
import org.lexicographer.pipeline.recipe.setting.TargetSite;
import org.lexicographer.pipeline.recipe.setting.TopKSelection;
import org.lexicographer.pipeline.recipe.setting.TopKSelection.AuxiliaryLoss;
import org.lexicographer.pipeline.recipe.setting.TopKSelection.Threshold;

/** Reads the recipes of a run spec, naming every wrong field; what is left out has a default. */
public final class RecipeSpecJson {

    private static final int MANY = Integer.MAX_VALUE;

    /** The norm that those recipes cut gradients to whose sources do. */
    private static final double CLIPPED = 1;

    private static final double NOT_CLIPPED = 0;

    /** Learning rate of a dictionary of {@link #SCALED_SIZE} latents; Gao et al., figure 3. */
    private static final double SCALED_RATE = 2e-4;

    private static final double SCALED_SIZE = 1 << 14;
    private static final double AUXILIARY_WEIGHT = 1.0 / 32;
    private static final long DEAD_TOKENS = 10_000_000;
    private static final double THRESHOLD_DECAY = 0.999;
    private static final int THRESHOLD_START = 1000;
    private static final int ANNEAL_UPDATES = 10;
    private static final int ANNEAL_WINDOW = 10;
    private static final double BANDWIDTH = 0.001;
    private static final double INITIAL_THRESHOLD = 0.001;

    private final JsonFields fields;
    private final int steps;
    private final Compatibility compatibility;

    private RecipeSpecJson(JsonFields fields, int steps) {
        this.fields = fields;
        this.steps = steps;
        this.compatibility =
                fields.optionalText("compatibility", Compatibility::parse)
                        .orElse(Compatibility.PAPER);
    }

    /**
     * Reads one recipe.
     *
     * @param steps the run's training steps, which some defaults depend on
     */
    public static RecipeSpec read(JsonFields fields, int steps) {
        String type = fields.text("type", StandardRecipeSpec.TYPE, RecipeSpecJson::checkType);
        return new RecipeSpecJson(fields, steps).read(type);
    }

    private static String checkType(String type) {
        List<String> types =
                List.of(
                        StandardRecipeSpec.TYPE,
                        StandardAprilRecipeSpec.TYPE,
                        PAnnealRecipeSpec.TYPE,
                        GatedRecipeSpec.TYPE,
                        GatedAnnealRecipeSpec.TYPE,
                        TopKRecipeSpec.TYPE,
                        BatchTopKRecipeSpec.TYPE,
                        MatryoshkaBatchTopKRecipeSpec.TYPE,
                        JumpReluRecipeSpec.TYPE);
        if (!types.contains(type)) {
            throw new IllegalArgumentException(
                    "unknown recipe type: expected=%s, found=%s"
                            .formatted(String.join("|", types), type));
        }
        return type;
    }

    private RecipeSpec read(String type) {
        return switch (type) {
            case StandardAprilRecipeSpec.TYPE ->
                    new StandardAprilRecipeSpec(basics(CLIPPED), sparsityPenalty());
            case PAnnealRecipeSpec.TYPE ->
                    new PAnnealRecipeSpec(
                            basics(NOT_CLIPPED), sparsityPenalty(), anneal(), resampling());
            case GatedRecipeSpec.TYPE ->
                    new GatedRecipeSpec(basics(NOT_CLIPPED), sparsityPenalty());
            case GatedAnnealRecipeSpec.TYPE ->
                    new GatedAnnealRecipeSpec(basics(NOT_CLIPPED), sparsityPenalty(), anneal());
            case TopKRecipeSpec.TYPE -> new TopKRecipeSpec(scaledBasics(), selection());
            case BatchTopKRecipeSpec.TYPE -> new BatchTopKRecipeSpec(scaledBasics(), selection());
            case MatryoshkaBatchTopKRecipeSpec.TYPE -> matryoshka();
            case JumpReluRecipeSpec.TYPE -> jumpRelu();
            default -> standard();
        };
    }

    private StandardRecipeSpec standard() {
        return new StandardRecipeSpec(
                basics(NOT_CLIPPED),
                fields.optionalText(
                                "reconstructionLoss",
                                JsonFields.choice(ReconstructionLoss.values()))
                        .orElse(ReconstructionLoss.SUM),
                fields.optionalText("penalty", JsonFields.choice(Penalty.values()))
                        .orElse(Penalty.L1),
                sparsityPenalty(),
                resampling(),
                fields.optionalNested("ghostGradients", RecipeSpecJson::ghostGradients));
    }

    private MatryoshkaBatchTopKRecipeSpec matryoshka() {
        List<Double> fractions = fields.numbers("groupFractions", 0);
        List<Double> weights = fields.numbers("groupWeights", 0);
        if (!fields.has("groupWeights")) {
            double weight =
                    switch (compatibility) {
                        case PAPER -> 1;
                        case DICTIONARY_LEARNING -> 1.0 / fractions.size();
                    };
            weights = fractions.stream().map(fraction -> weight).toList();
        }
        return new MatryoshkaBatchTopKRecipeSpec(scaledBasics(), selection(), fractions, weights);
    }

    private JumpReluRecipeSpec jumpRelu() {
        return new JumpReluRecipeSpec(
                basics(CLIPPED),
                sparsityPenalty(),
                fields.optionalNumber("targetL0", 0),
                fields.number("bandwidth", 0, BANDWIDTH),
                fields.number("initialThreshold", 0, INITIAL_THRESHOLD));
    }

    /** The top-k family's learning rate has a default that falls with the dictionary's size. */
    private RecipeBasics scaledBasics() {
        int size = dictionarySize();
        double scaled = SCALED_RATE / Math.sqrt(size / SCALED_SIZE);
        return basics(CLIPPED, size, fields.number("learningRate", 0, scaled));
    }

    private RecipeBasics basics(double maxGradientNorm) {
        return basics(maxGradientNorm, dictionarySize(), fields.number("learningRate", 0));
    }

    private RecipeBasics basics(double maxGradientNorm, int dictionarySize, double learningRate) {
        return new RecipeBasics(
                fields.text("name", "", Names::check),
                fields.texts("sites", Site::parse),
                fields.optionalText("reconstructs", TargetSite::parse),
                dictionarySize,
                fields.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE, 0),
                learningRate,
                fields.nested("schedule", RecipeSpecJson::schedule),
                fields.number("maxGradientNorm", 0, maxGradientNorm),
                compatibility);
    }

    private int dictionarySize() {
        return (int) fields.integer("dictionarySize", 1, MANY);
    }

    private static Schedule schedule(JsonFields fields) {
        return new Schedule(
                (int) fields.integer("warmupSteps", 0, MANY, 0),
                fields.optionalInteger("decayStart", 0, MANY).map(Long::intValue),
                fields.optionalText("decay", JsonFields.choice(Schedule.Decay.values()))
                        .orElse(Schedule.Decay.LINEAR),
                (int) fields.integer("sparsityWarmupSteps", 0, MANY, 0));
    }

    private double sparsityPenalty() {
        return fields.number("sparsityPenalty", 0);
    }

    private Optional<Resampling> resampling() {
        return fields.optionalNested("resampling", RecipeSpecJson::resampling);
    }

    private static Resampling resampling(JsonFields fields) {
        return new Resampling(
                (int) fields.integer("steps", 2, MANY),
                fields.optionalText("scheme", Resampling.Scheme::parse)
                        .orElse(Resampling.Scheme.POST));
    }

    private static GhostGradients ghostGradients(JsonFields fields) {
        return new GhostGradients((int) fields.integer("deadSteps", 1, MANY));
    }

    private NormAnneal anneal() {
        return fields.nested("anneal", this::anneal);
    }

    /** In dictionary_learning the last update lies one step after the last. */
    private NormAnneal anneal(JsonFields anneal) {
        int end = compatibility == Compatibility.PAPER ? Math.max(1, steps - 1) : steps;
        return new NormAnneal(
                anneal.optionalText("function", NormAnneal.Function::parse)
                        .orElse(NormAnneal.Function.LP_TO_P),
                (int) anneal.integer("start", 0, MANY),
                (int) anneal.integer("end", 1, MANY, end),
                anneal.number("pStart", 0, 1),
                anneal.number("pEnd", 0),
                (int) anneal.integer("updates", 1, MANY, ANNEAL_UPDATES),
                (int) anneal.integer("window", 1, MANY, ANNEAL_WINDOW));
    }

    private TopKSelection selection() {
        int start =
                switch (compatibility) {
                    // A short run learns a threshold too.
                    case PAPER -> Math.min(THRESHOLD_START, steps / 2);
                    case DICTIONARY_LEARNING -> THRESHOLD_START;
                };
        return new TopKSelection(
                (int) fields.integer("k", 1, MANY),
                (int) fields.integer("kAnnealSteps", 0, MANY, 0),
                fields.nested("auxiliary", RecipeSpecJson::auxiliary),
                new Threshold(
                        fields.number("thresholdDecay", 0, THRESHOLD_DECAY),
                        (int) fields.integer("thresholdStart", 0, MANY, start)));
    }

    private static AuxiliaryLoss auxiliary(JsonFields fields) {
        return new AuxiliaryLoss(
                fields.number("weight", 0, AUXILIARY_WEIGHT),
                (int) fields.integer("latents", 0, MANY, 0),
                fields.integer("deadTokens", 1, Long.MAX_VALUE, DEAD_TOKENS));
    }
}
