package org.lexicographer.eval.service;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.Normalization;
import org.lexicographer.dictionary.architecture.StandardDictionary;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.config.DictionaryFormat;
import org.lexicographer.dictionary.config.Lineage;
import org.lexicographer.eval.evaluator.Contexts;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.LanguageModels;
import org.lexicographer.languagemodel.TinyLanguageModel;
import org.lexicographer.languagemodel.folder.ModelFolders;
import org.lexicographer.languagemodel.weights.ModelDevices;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.block.DatasetPosition;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.pipeline.block.TokenBlockFormat;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.ContextOrigins;
import org.lexicographer.pipeline.stored.DocumentSpan;

/**
 * What the other services leave in the object store of a run with a tiny random language model:
 * contexts of 16 tokens, batches of 4 contexts.
 */
public record StoredRun(ObjectStore store, String run) {

    public static final int ACTIVATION_DIM = 16;
    public static final int CONTEXT_LENGTH = 16;
    public static final int STEPS = 10;
    public static final Site MLP_IN = Site.parse("layers.0.mlp.in");
    public static final Site MLP_OUT = Site.parse("layers.0.mlp.out");

    private static final String MODEL_PREFIX = "models/tiny/";
    private static final float SPREAD = 0.3f;

    /** Returns the language models of some folders, on the CPU and in memory until it is closed. */
    public static LanguageModels<LanguageModel> models(ModelFolders folders) {
        ModelDevices cpu = ModelDevices.only(Device.cpu(), Long.MAX_VALUE);
        return new LanguageModels<>(
                folders::find,
                new LanguageModels.Loading<>(
                        (folder, part) -> LanguageModel.load(folder, cpu, part.type()),
                        LanguageModel::close),
                Duration.ofHours(1),
                InstantSource.system());
    }

    /** Stores the model and the run's spec. */
    public StoredRun storeSpec() {
        storeModel();
        store.put(ObjectKeys.runSpec(run), spec().toJson());
        return this;
    }

    /** Stores the model and the spec of a run with statistics on so many contexts. */
    public StoredRun storeSpec(int statisticsContexts) {
        storeModel();
        ObjectNode spec = (ObjectNode) Json.toTree(spec());
        spec.withObject("/statistics").put("contexts", statisticsContexts);
        store.put(ObjectKeys.runSpec(run), RunSpec.read(spec).toJson());
        return this;
    }

    /** Makes it a run of chats that has kept a template, which its model has no more. */
    public StoredRun ofChats(String template) {
        ObjectNode spec = (ObjectNode) Json.toTree(spec());
        spec.putObject("documents").put("chat", "messages");
        store.put(ObjectKeys.runSpec(run), RunSpec.read(spec).toJson());
        store.put(ObjectKeys.chatTemplate(run), template.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    public RunSpec spec() {
        String json =
                """
                {"run": "%s",
                 "languageModel": {"uri": "s3://%s/%s"},
                 "contextLength": %d,
                 "tokenBlock": {"contexts": 4, "partitions": 1},
                 "evaluation": {"contexts": 6},
                 "training": {"steps": %d, "batchSize": 16, "bufferContexts": 16},
                 "sites": ["layers.0.mlp.out"],
                 "recipes": [{"name": "standard", "type": "standard", "dictionarySize": 32,
                   "learningRate": 0.001, "schedule": {}, "sparsityPenalty": 0.1}]}
                """
                        .formatted(run, store.bucket(), MODEL_PREFIX, CONTEXT_LENGTH, STEPS);
        return RunSpec.read(json.getBytes(StandardCharsets.UTF_8));
    }

    private void storeModel() {
        try {
            Path folder = Files.createTempDirectory("tiny-model");
            TinyLanguageModel.standard().writeTo(folder, Map.of("eos_token_id", "0"));
            Files.write(folder.resolve("tokenizer.json"), tokenizer());
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    store.put(MODEL_PREFIX + file.getFileName(), Files.readAllBytes(file));
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] tokenizer() throws IOException {
        try (var resource = StoredRun.class.getResourceAsStream("/tokenizer.json")) {
            return resource.readAllBytes();
        }
    }

    /** Stores that many held-out contexts in two shards, not yet complete. */
    public StoredRun storeHeldOut(int contexts) {
        Contexts all = contexts(contexts);
        storeShard(0, all.range(0, contexts / 2));
        storeShard(1, all.range(contexts / 2, contexts));
        return this;
    }

    private void storeShard(long offset, Contexts contexts) {
        TokenBlock block =
                new TokenBlock(0, CONTEXT_LENGTH, contexts.tokens(), DatasetPosition.START);
        store.put(ObjectKeys.heldOutContexts(run, offset), TokenBlockFormat.encode(block));
    }

    /**
     * Stores where the contexts of the second shard come from; the first is as an earlier version
     * left it.
     */
    public StoredRun storeLaterOrigins(int contexts) {
        ContextOrigins origins =
                new ContextOrigins(
                        IntStream.range(contexts / 2, contexts)
                                .mapToObj(context -> origin(context, contexts))
                                .toList());
        String key = ObjectKeys.heldOutContexts(run, 1);
        store.put(ObjectKeys.heldOutOrigins(run, key), origins.toJson());
        return this;
    }

    /** Returns where one of so many contexts comes from: each ends a document and begins one. */
    public static List<DocumentSpan> origin(int context, int contexts) {
        Optional<String> file = Optional.of("s3://texts/<b>.jsonl");
        return context < contexts / 2
                ? List.of()
                : List.of(
                        new DocumentSpan(0, file, context, context + 2, 3),
                        new DocumentSpan(CONTEXT_LENGTH - 3, file, context + 1, context + 3, 0));
    }

    public static Contexts contexts(int count) {
        int vocabulary = TinyLanguageModel.standard().vocabularySize();
        int[] tokens = new Random(7).ints((long) count * CONTEXT_LENGTH, 0, vocabulary).toArray();
        return new Contexts(CONTEXT_LENGTH, tokens);
    }

    /** Says that the held-out contexts are complete. */
    public StoredRun completeHeldOut(int contexts) {
        store.put(
                ObjectKeys.heldOutComplete(run),
                "{\"contexts\":%d}".formatted(contexts).getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** Stores a run's final dictionary that reads and reconstructs {@link #MLP_OUT}. */
    public DictionaryCheckpoint saved(String recipe, Dictionary dictionary) {
        return saved(recipe, dictionary, MLP_OUT, MLP_OUT);
    }

    /** Stores a run's final dictionary. */
    public DictionaryCheckpoint saved(
            String recipe, Dictionary dictionary, Site site, Site reconstructs) {
        DictionaryCheckpoint checkpoint = announced(recipe, site);
        DictionaryConfig config =
                DictionaryConfig.of(
                        dictionary, site, reconstructs, Optional.empty(), Optional.empty());
        store.put(checkpoint.prefix() + DictionaryFormat.WEIGHTS_FILE, weights(dictionary));
        store.put(
                checkpoint.prefix() + DictionaryFormat.CONFIG_FILE,
                DictionaryFormat.config(config));
        return checkpoint;
    }

    /** Stores a run's final dictionary that says how it was trained. */
    public DictionaryCheckpoint savedWithLineage(
            String recipe, Dictionary dictionary, double normalization) {
        DictionaryCheckpoint checkpoint = saved(recipe, dictionary);
        Lineage lineage =
                new Lineage(
                        run,
                        spec().languageModel().uri(),
                        Optional.empty(),
                        List.of("s3://texts/a.jsonl"),
                        160,
                        STEPS,
                        new Lineage.Seeds(1, 2),
                        "0.1.0",
                        Json.tree("{\"type\":\"standard\"}".getBytes(StandardCharsets.UTF_8)),
                        Optional.empty(),
                        Optional.empty());
        DictionaryConfig config =
                DictionaryConfig.of(
                        dictionary,
                        MLP_OUT,
                        MLP_OUT,
                        Optional.of(new Normalization(normalization, normalization)),
                        Optional.of(lineage));
        store.put(
                checkpoint.prefix() + DictionaryFormat.CONFIG_FILE,
                DictionaryFormat.config(config));
        return checkpoint;
    }

    private static byte[] weights(Dictionary dictionary) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            DictionaryFormat.weights(dictionary).writeTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Announces a run's final dictionary without storing any. */
    public DictionaryCheckpoint announced(String recipe, Site site) {
        DictionaryId id = new DictionaryId(run, site, recipe);
        return new DictionaryCheckpoint(id, STEPS, 160, true, ObjectKeys.dictionary(id, STEPS));
    }

    /** Returns a random dictionary of 32 latents, whose arrays belong to the manager. */
    public static StandardDictionary random(NDManager manager, boolean subtractDecoderBias) {
        Random random = new Random(3);
        int size = 2 * ACTIVATION_DIM;
        return new StandardDictionary(
                gaussian(manager, random, ACTIVATION_DIM, size), // (D, F)
                gaussian(manager, random, size), // (F)
                gaussian(manager, random, size, ACTIVATION_DIM), // (F, Dout)
                gaussian(manager, random, ACTIVATION_DIM), // (Dout)
                subtractDecoderBias);
    }

    private static NDArray gaussian(NDManager manager, Random random, long... dimensions) {
        Shape shape = new Shape(dimensions);
        float[] values = new float[(int) shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = SPREAD * (float) random.nextGaussian();
        }
        return manager.create(values, shape); // (dimensions)
    }
}
