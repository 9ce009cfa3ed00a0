package org.lexicographer.pipeline.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.JsonFields;
import org.lexicographer.pipeline.Names;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.recipe.RecipeRules;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.RecipeSpecJson;
import org.lexicographer.pipeline.run.RunSpec.ActivationType;
import org.lexicographer.pipeline.run.RunSpec.EvaluationSpec;
import org.lexicographer.pipeline.run.RunSpec.LanguageModelSource;
import org.lexicographer.pipeline.run.RunSpec.TokenBlockSpec;
import org.lexicographer.pipeline.run.RunSpec.TrainingSpec;

/** Reads and writes run specs as JSON, naming every wrong field at once. */
public final class RunSpecJson {

    static final int MAX_BLOCK_ROWS = 1 << 20;

    private static final int MANY = Integer.MAX_VALUE;
    private static final int MAX_PARTITIONS = 1024;

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

    /** Reads field after field in the order of the record, so that errors have it too. */
    private static RunSpec spec(JsonFields fields) {
        String run = fields.text("run", "", Names::check);
        LanguageModelSource model = fields.nested("languageModel", RunSpecJson::languageModel);
        int contextLength = (int) fields.integer("contextLength", 2, MAX_BLOCK_ROWS);
        TokenBlockSpec tokenBlock = fields.nested("tokenBlock", RunSpecJson::tokenBlock);
        ActivationType activationType =
                fields.optionalText("activationType", JsonFields.choice(ActivationType.values()))
                        .orElse(ActivationType.FLOAT32);
        String textField = fields.optionalText("textField", Function.identity()).orElse("text");
        EvaluationSpec evaluation = fields.nested("evaluation", RunSpecJson::evaluation);
        TrainingSpec training =
                fields.nested("training", part -> TrainingSpecJson.read(part, contextLength));
        return new RunSpec(
                run,
                model,
                contextLength,
                tokenBlock,
                activationType,
                textField,
                evaluation,
                training,
                fields.texts("sites", Site::parse),
                fields.objects("recipes", recipe -> RecipeSpecJson.read(recipe, training.steps())));
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
                fields.optionalText("source", JsonFields.choice(EvaluationSpec.Source.values()))
                        .orElse(EvaluationSpec.Source.STREAM));
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
        TrainingSpecJson.check(spec, fields);
        for (int i = 0; i < spec.recipes().size(); i++) {
            RecipeRules.check(
                    spec.recipes().get(i),
                    spec.sites(),
                    spec.training().steps(),
                    fields,
                    "recipes[" + i + "].");
        }
    }

    private static <T> Stream<T> repeated(Stream<T> values) {
        Set<T> seen = new HashSet<>();
        return values.filter(value -> !seen.add(value));
    }
}
