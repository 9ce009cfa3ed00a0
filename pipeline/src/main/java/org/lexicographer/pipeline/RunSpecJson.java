package org.lexicographer.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lexicographer.pipeline.RunSpec.ActivationType;
import org.lexicographer.pipeline.RunSpec.EvaluationSpec;
import org.lexicographer.pipeline.RunSpec.LanguageModelSource;
import org.lexicographer.pipeline.RunSpec.TokenBlockSpec;
import org.lexicographer.pipeline.RunSpec.TrainingSpec;
import org.lexicographer.pipeline.StandardRecipeSpec.Penalty;
import org.lexicographer.pipeline.StandardRecipeSpec.ReconstructionLoss;
import org.lexicographer.pipeline.StandardRecipeSpec.Resampling;
import org.lexicographer.pipeline.StandardRecipeSpec.Schedule;

/** Reads and writes run specs as JSON, naming every wrong field at once. */
public final class RunSpecJson {

    private static final int MANY = Integer.MAX_VALUE;
    private static final int MAX_PARTITIONS = 1024;
    private static final int MAX_BLOCK_ROWS = 1 << 20;
    private static final long DEFAULT_MAX_LAG_BYTES = 1L << 30;
    private static final Site NO_SITE = new Site(0, Site.Kind.EMBED);

    private RunSpecJson() {}

    /** Writes a run spec; {@link #read} reads it back. */
    public static byte[] write(RunSpec spec) {
        return Json.write(spec);
    }

    /**
     * Reads a run spec.
     *
     * @throws InvalidFieldsException naming every wrong field
     */
    public static RunSpec read(byte[] json) {
        return read(Json.tree(json));
    }

    /**
     * Reads a run spec.
     *
     * @throws InvalidFieldsException naming every wrong field
     */
    public static RunSpec read(JsonNode json) {
        JsonFields fields = JsonFields.of(json);
        RunSpec spec = spec(fields);
        checkWhole(spec, fields);
        fields.check();
        return spec;
    }

    private static RunSpec spec(JsonFields fields) {
        return new RunSpec(
                fields.text("run", "", RunSpec::checkName),
                fields.nested("languageModel", RunSpecJson::languageModel),
                (int) fields.integer("contextLength", 2, MAX_BLOCK_ROWS),
                fields.nested("tokenBlock", RunSpecJson::tokenBlock),
                fields.optionalText("activationType", choice(ActivationType.values()))
                        .orElse(ActivationType.FLOAT32),
                fields.optionalText("textField", Function.identity()).orElse("text"),
                fields.nested("evaluation", RunSpecJson::evaluation),
                fields.nested("training", RunSpecJson::training),
                fields.texts("sites", Site::parse),
                fields.objects("recipes", RunSpecJson::recipe));
    }

    private static LanguageModelSource languageModel(JsonFields fields) {
        return new LanguageModelSource(
                fields.text("uri", "", RunSpecJson::modelUri),
                fields.optionalText("revision", Function.identity()));
    }

    private static String modelUri(String uri) {
        if (!uri.startsWith("s3://") && !uri.startsWith("file:")) {
            throw new IllegalArgumentException(
                    "not a model folder: expected=s3://bucket/prefix/ or file:/folder, found="
                            + uri);
        }
        return uri;
    }

    private static TokenBlockSpec tokenBlock(JsonFields fields) {
        return new TokenBlockSpec(
                (int) fields.integer("contexts", 1, MAX_BLOCK_ROWS, 8),
                (int) fields.integer("partitions", 1, MAX_PARTITIONS, 4));
    }

    private static EvaluationSpec evaluation(JsonFields fields) {
        return new EvaluationSpec(
                (int) fields.integer("contexts", 1, MANY),
                fields.optionalText("source", choice(EvaluationSpec.Source.values()))
                        .orElse(EvaluationSpec.Source.STREAM));
    }

    private static TrainingSpec training(JsonFields fields) {
        int steps = (int) fields.integer("steps", 1, MANY);
        return new TrainingSpec(
                steps,
                (int) fields.integer("batchSize", 1, MAX_BLOCK_ROWS),
                (int) fields.integer("bufferContexts", 1, MANY),
                fields.bool("normalizeActivations", false),
                (int) fields.integer("checkpointSteps", 1, MANY, Math.max(1, steps / 10)),
                fields.integers("keepCheckpoints", 1, steps),
                fields.integer("maxLagBytes", 1 << 20, Long.MAX_VALUE, DEFAULT_MAX_LAG_BYTES),
                fields.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE, 0));
    }

    private static RecipeSpec recipe(JsonFields fields) {
        fields.text("type", StandardRecipeSpec.TYPE, RunSpecJson::recipeType);
        return standard(fields);
    }

    private static String recipeType(String type) {
        if (!type.equals(StandardRecipeSpec.TYPE)) {
            throw new IllegalArgumentException(
                    "unknown recipe type: expected=standard, found=" + type);
        }
        return type;
    }

    private static StandardRecipeSpec standard(JsonFields fields) {
        return new StandardRecipeSpec(
                fields.text("name", "", RunSpec::checkName),
                fields.texts("sites", Site::parse),
                fields.optionalText("reconstructs", Site.Kind::parse),
                (int) fields.integer("dictionarySize", 1, MANY),
                fields.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE, 0),
                fields.number("learningRate", 0),
                fields.nested("schedule", RunSpecJson::schedule),
                fields.optionalText("reconstructionLoss", choice(ReconstructionLoss.values()))
                        .orElse(ReconstructionLoss.SUM),
                fields.optionalText("penalty", choice(Penalty.values())).orElse(Penalty.L1),
                fields.number("sparsityPenalty", 0),
                fields.optionalNested("resampling", RunSpecJson::resampling));
    }

    private static Schedule schedule(JsonFields fields) {
        return new Schedule(
                (int) fields.integer("warmupSteps", 0, MANY, 0),
                fields.optionalInteger("decayStart", 0, MANY).map(Long::intValue),
                (int) fields.integer("sparsityWarmupSteps", 0, MANY, 0));
    }

    private static Resampling resampling(JsonFields fields) {
        return new Resampling(
                (int) fields.integer("steps", 2, MANY),
                fields.optionalText("scheme", Resampling.Scheme::parse)
                        .orElse(Resampling.Scheme.POST));
    }

    private static void checkWhole(RunSpec spec, JsonFields fields) {
        if (spec.sites().isEmpty()) {
            fields.error("sites", "empty: a run needs at least one site");
        }
        if (spec.recipes().isEmpty()) {
            fields.error("recipes", "empty: a run needs at least one recipe");
        }
        repeated(spec.sites().stream())
                .forEach(site -> fields.error("sites", "repeated: site=" + site));
        spec.sites().stream()
                .filter(site -> !spec.recipes().isEmpty() && spec.recipesAt(site).isEmpty())
                .forEach(site -> fields.error("sites", "no recipe is trained at it: site=" + site));
        repeated(spec.recipes().stream().map(RecipeSpec::name))
                .forEach(name -> fields.error("recipes", "repeated: name=" + name));
        if ((long) spec.tokenBlock().contexts() * spec.contextLength() > MAX_BLOCK_ROWS) {
            fields.error(
                    "tokenBlock.contexts",
                    "token block too large: contexts * contextLength > " + MAX_BLOCK_ROWS);
        }
        checkBuffer(spec, fields);
        for (int i = 0; i < spec.recipes().size(); i++) {
            checkRecipe(spec, spec.recipes().get(i), fields, "recipes[" + i + "].");
        }
    }

    private static void checkBuffer(RunSpec spec, JsonFields fields) {
        long bufferRows = (long) spec.training().bufferContexts() * spec.contextLength();
        long least = 2L * Math.max(spec.training().batchSize(), spec.blockRows());
        if (bufferRows < least) {
            fields.error(
                    "training.bufferContexts",
                    "buffer too small: half of it must hold a batch and a token block:"
                            + " bufferRows=%d, least=%d".formatted(bufferRows, least));
        }
    }

    private static void checkRecipe(
            RunSpec spec, RecipeSpec recipe, JsonFields fields, String path) {
        for (Site site : recipe.sites()) {
            if (!spec.sites().contains(site)) {
                fields.error(path + "sites", "not a site of the run: site=" + site);
            }
        }
        for (Site site : spec.sites()) {
            if (recipe.appliesTo(site) && !targetExists(recipe, site)) {
                fields.error(path + "reconstructs", "has no such target: site=" + site);
            }
        }
        switch (recipe) {
            case StandardRecipeSpec standard -> checkSchedule(spec, standard, fields, path);
        }
    }

    private static boolean targetExists(RecipeSpec recipe, Site site) {
        boolean fromEmbed = site.equals(NO_SITE);
        return recipe.reconstructs()
                .map(kind -> fromEmbed == (kind == Site.Kind.EMBED))
                .orElse(true);
    }

    private static void checkSchedule(
            RunSpec spec, StandardRecipeSpec recipe, JsonFields fields, String path) {
        Schedule schedule = recipe.schedule();
        Optional<Integer> decayStart = schedule.decayStart();
        if (decayStart.isPresent() && recipe.resampling().isPresent()) {
            fields.error(
                    path + "schedule.decayStart",
                    "decay and resampling exclude each other: each resampling restarts the"
                            + " learning rate");
        }
        decayStart.ifPresent(
                start -> {
                    int warmup = Math.max(schedule.warmupSteps(), schedule.sparsityWarmupSteps());
                    if (start <= warmup || start >= spec.training().steps()) {
                        fields.error(
                                path + "schedule.decayStart",
                                "out of range: must lie after warm-up and before the last step:"
                                        + " warmup=%d, steps=%d, found=%d"
                                                .formatted(warmup, spec.training().steps(), start));
                    }
                });
    }

    private static <T> Stream<T> repeated(Stream<T> values) {
        Set<T> seen = new HashSet<>();
        return values.filter(value -> !seen.add(value));
    }

    private static <E extends Enum<E>> Function<String, E> choice(E[] values) {
        return text ->
                Stream.of(values)
                        .filter(value -> text.equals(value.name().toLowerCase(Locale.ROOT)))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "unknown value: expected=%s, found=%s"
                                                        .formatted(names(values), text)));
    }

    private static <E extends Enum<E>> String names(E[] values) {
        List<String> names =
                Stream.of(values).map(value -> value.name().toLowerCase(Locale.ROOT)).toList();
        return names.stream().collect(Collectors.joining("|"));
    }
}
