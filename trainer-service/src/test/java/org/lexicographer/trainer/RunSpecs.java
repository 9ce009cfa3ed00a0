package org.lexicographer.trainer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.recipe.RecipeBasics;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec.Penalty;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec.ReconstructionLoss;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.pipeline.recipe.setting.Resampling;
import org.lexicographer.pipeline.recipe.setting.Schedule;
import org.lexicographer.pipeline.recipe.setting.TargetSite;
import org.lexicographer.pipeline.run.DivergencePolicy;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.run.RunSpec.ActivationType;
import org.lexicographer.pipeline.run.RunSpec.EvaluationSpec;
import org.lexicographer.pipeline.run.RunSpec.LanguageModelSource;
import org.lexicographer.pipeline.run.RunSpec.TokenBlockSpec;
import org.lexicographer.pipeline.run.RunSpec.TrainingSpec;
import org.lexicographer.pipeline.run.TokenFilter;
import org.lexicographer.trainer.engine.Specs;

/** Small runs for tests: 8 rows a block, 16 rows a batch, 32 rows in the buffer. */
public final class RunSpecs {

    /** The site that the runs read. */
    public static final Site SITE = Site.parse("layers.0.mlp.out");

    /** The site that {@link #stretcher} reads. */
    public static final Site STRETCHER_SITE = Site.parse("layers.0.mlp.in");

    private RunSpecs() {}

    /** A run of one site and two recipes with different seeds. */
    public static RunSpec of(String run, int steps) {
        return of(run, steps, SITE, List.of(recipe("first", 1), recipe("second", 2)));
    }

    /** A run with changes to its JSON. */
    public static RunSpec changed(RunSpec spec, Consumer<ObjectNode> change) {
        ObjectNode json = (ObjectNode) Json.tree(spec.toJson());
        change.accept(json);
        return RunSpec.read(json);
    }

    /** A run with one recipe more: the first one with another name and learning rate. */
    public static RunSpec withRecipe(RunSpec spec, String name, double learningRate) {
        return changed(
                spec,
                json -> {
                    ObjectNode added = json.at("/recipes/0").deepCopy();
                    added.put("name", name).put("learningRate", learningRate);
                    json.withArray("recipes").add(added);
                });
    }

    /** The same run with some of its recipes. */
    public static RunSpec only(RunSpec spec, String... names) {
        return changed(
                spec,
                json -> {
                    ArrayNode kept = json.arrayNode();
                    json.get("recipes")
                            .forEach(
                                    recipe -> {
                                        if (List.of(names)
                                                .contains(recipe.get("name").textValue())) {
                                            kept.add(recipe);
                                        }
                                    });
                    json.set("recipes", kept);
                });
    }

    /** A run that reads one site and reconstructs another. */
    public static RunSpec stretcher(String run, int steps) {
        RecipeSpec stretcher =
                recipe("stretcher", 3, Optional.of(TargetSite.parse("mlp.out")), Optional.empty());
        return of(run, steps, STRETCHER_SITE, List.of(stretcher));
    }

    /** A run of one recipe of every type, each under a name of its own. */
    public static RunSpec sweep(String run, int steps) {
        ObjectNode json = (ObjectNode) Json.tree(of(run, steps).toJson());
        ArrayNode recipes = json.putArray("recipes");
        for (Compatibility compatibility : Compatibility.values()) {
            for (RecipeSpec recipe : Specs.all(compatibility)) {
                ObjectNode named = (ObjectNode) Json.tree(Json.write(recipe));
                recipes.add(named.put("name", "recipe-" + recipes.size()));
            }
        }
        return RunSpec.read(json);
    }

    /** A run that keeps the checkpoints of some steps. */
    public static RunSpec keeping(String run, int steps, Long... kept) {
        return of(run, steps, SITE, List.of(recipe("first", 1)), List.of(kept));
    }

    private static RunSpec of(String run, int steps, Site site, List<RecipeSpec> recipes) {
        return of(run, steps, site, recipes, List.of());
    }

    private static RunSpec of(
            String run, int steps, Site site, List<RecipeSpec> recipes, List<Long> kept) {
        return new RunSpec(
                run,
                new LanguageModelSource(
                        "s3://lexicographer/models/none/", Optional.of("1"), ComputeType.FLOAT32),
                4,
                new TokenBlockSpec(2, 2),
                ActivationType.FLOAT32,
                "text",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new EvaluationSpec(1, EvaluationSpec.Source.STREAM),
                Optional.empty(),
                new TrainingSpec(
                        steps,
                        16,
                        8,
                        ActivationType.FLOAT32,
                        true,
                        3,
                        kept,
                        1 << 20,
                        7,
                        TokenFilter.none(4),
                        DivergencePolicy.DEFAULT,
                        Optional.empty()),
                List.of(site),
                recipes);
    }

    private static StandardRecipeSpec recipe(String name, long seed) {
        return recipe(
                name,
                seed,
                Optional.empty(),
                Optional.of(new Resampling(5, Resampling.Scheme.POST)));
    }

    private static StandardRecipeSpec recipe(
            String name,
            long seed,
            Optional<TargetSite> reconstructs,
            Optional<Resampling> resampling) {
        return new StandardRecipeSpec(
                new RecipeBasics(
                        name,
                        List.of(),
                        reconstructs,
                        12,
                        seed,
                        Optional.empty(),
                        0.01,
                        Schedule.linear(2, Optional.empty(), 2),
                        0,
                        Compatibility.PAPER,
                        ComputeType.FLOAT32,
                        0.375),
                ReconstructionLoss.SUM,
                Penalty.L1,
                0.05,
                resampling,
                Optional.empty());
    }
}
