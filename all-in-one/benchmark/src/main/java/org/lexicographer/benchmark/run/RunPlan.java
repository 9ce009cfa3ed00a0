package org.lexicographer.benchmark.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.lexicographer.allinone.demo.Demo;
import org.lexicographer.benchmark.work.EvaluationWork;
import org.lexicographer.benchmark.work.Place;
import org.lexicographer.benchmark.work.StepSize;
import org.lexicographer.benchmark.work.Texts;
import org.lexicographer.benchmark.work.TrainingTask;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.run.RunSpec;

/**
 * Dictionaries of the same sizes at some sites of a language model, trained for some steps and then
 * evaluated.
 *
 * @param texts the model; its contexts are those that dictionaries are evaluated on
 * @param sites the sites, as run specs name them
 * @param recipes the recipes' types at each of them
 * @param size the sizes of each step
 * @param steps the steps of each
 */
public record RunPlan(
        Texts texts, List<String> sites, List<String> recipes, StepSize size, int steps) {

    /** The shuffle buffer holds so many batches: half of it is filled again at a time. */
    private static final int BUFFER_BATCHES = 16;

    /** So little that extraction never runs far ahead: it is part of the steady state. */
    private static final int MAX_LAG_BYTES = 16 << 20;

    private static final double LEARNING_RATE = 1e-3;
    private static final int SMALL = 64;

    /** Copies the lists. */
    public RunPlan {
        sites = List.copyOf(sites);
        recipes = List.copyOf(recipes);
    }

    /** Returns the tokens that each dictionary is trained on. */
    public int tokens() {
        return steps * size.batchSize();
    }

    /** Returns the number of dictionaries. */
    public int dictionaries() {
        return sites.size() * recipes.size();
    }

    /** Returns how the dictionaries are called in tables. */
    public String title() {
        return "%d sites x (%s), %s, %s"
                .formatted(
                        sites.size(),
                        String.join(", ", recipes),
                        texts.path().getFileName(),
                        size.title());
    }

    /** Returns the spec of a run of that name. */
    public RunSpec spec(String run) {
        ObjectNode spec = JsonNodeFactory.instance.objectNode();
        spec.put("run", run).put("contextLength", texts.contextLength());
        spec.putObject("languageModel").put("uri", "file:%s/".formatted(texts.folder()));
        spec.putObject("evaluation").put("contexts", texts.contexts()).put("source", "shards");
        spec.putObject("training")
                .put("steps", steps)
                .put("batchSize", size.batchSize())
                .put("bufferContexts", BUFFER_BATCHES * batchContexts())
                .put("normalizeActivations", true)
                .put("checkpointSteps", steps)
                .put("maxLagBytes", MAX_LAG_BYTES);
        ArrayNode siteNames = spec.putArray("sites");
        sites.forEach(siteNames::add);
        ArrayNode recipeSpecs = spec.putArray("recipes");
        recipes.forEach(
                type ->
                        recipeSpecs
                                .addObject()
                                .put("name", type.toLowerCase(Locale.ROOT))
                                .put("type", type)
                                .put("dictionarySize", size.dictionarySize())
                                .put("k", size.active())
                                .put("learningRate", LEARNING_RATE));
        return RunSpec.read(spec);
    }

    /**
     * Returns the spec of such a run whose extraction may run as far ahead as it does by default.
     */
    public RunSpec usualSpec(String run) {
        ObjectNode spec = (ObjectNode) Json.tree(spec(run).toJson());
        ((ObjectNode) spec.path("training")).remove("maxLagBytes");
        return RunSpec.read(spec);
    }

    /** Returns the contexts whose tokens are a batch. */
    private int batchContexts() {
        return Math.ceilDiv(size.batchSize(), texts.contextLength());
    }

    /** Returns a step of each of the dictionaries, as a peer takes it. */
    public TrainingTask step(Place place) {
        Texts batch = new Texts(texts.folder(), batchContexts(), texts.contextLength());
        return new TrainingTask(batch, sites, recipes, size, place);
    }

    /** Returns the evaluation of all of the dictionaries, as a peer does it. */
    public EvaluationWork evaluation(Place place) {
        List<String> all = recipes.stream().flatMap(recipe -> sites.stream()).toList();
        return new EvaluationWork(texts, all, size.dictionarySize(), false, place);
    }

    /** Returns the demo's run with fewer steps. */
    public static RunSpec shorterDemo(int steps) {
        ObjectNode spec = (ObjectNode) Json.tree(Demo.spec().toJson());
        ((ObjectNode) spec.path("training")).put("steps", steps).put("checkpointSteps", steps);
        // Its decay would begin after the last step.
        spec.path("recipes").forEach(recipe -> ((ObjectNode) recipe).remove("schedule"));
        return RunSpec.read(spec);
    }

    /**
     * Returns a run that is all extraction: the demo's, with dictionaries so small that nobody
     * waits for them, over as much text as its shuffle buffers hold.
     *
     * @param run its name
     * @param bufferContexts contexts of a buffer, extracted before the first step
     */
    public static RunSpec extraction(String run, int bufferContexts) {
        RunSpec demo = Demo.spec();
        ObjectNode spec = (ObjectNode) Json.tree(demo.toJson());
        int steps = bufferContexts * demo.contextLength() / demo.training().batchSize();
        spec.put("run", run);
        ((ObjectNode) spec.path("evaluation")).put("contexts", 1);
        ((ObjectNode) spec.path("training"))
                .put("steps", steps)
                .put("checkpointSteps", steps)
                .put("bufferContexts", bufferContexts);
        for (JsonNode recipe : spec.path("recipes")) {
            ((ObjectNode) recipe).put("dictionarySize", SMALL).remove("schedule");
        }
        return RunSpec.read(spec);
    }
}
