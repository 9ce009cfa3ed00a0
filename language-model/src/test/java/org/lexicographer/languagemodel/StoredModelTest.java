package org.lexicographer.languagemodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.Device;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.languagemodel.weights.ModelDevices;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;

/** Models whose weights do not all fit into the memory that they may have. */
class StoredModelTest {

    private static final int CONTEXT_LENGTH = 16;
    private static final int THREADS = 4;
    private static final int PASSES = 5;

    /** Enough for some of the tiny models' layers and for no whole model. */
    private static final long SOME = 20_000;

    @TempDir Path folder;

    private static Path reference(String name) {
        try {
            return Path.of(StoredModelTest.class.getResource("/reference/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static LanguageModel load(Path model, long memory) throws IOException {
        return LanguageModel.load(
                model, ModelDevices.only(Device.cpu(), memory), ComputeType.FLOAT32);
    }

    private static NDArray tokens(LanguageModel model, NDManager scope) {
        long[] ids = new long[2 * CONTEXT_LENGTH];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = i * 11 % model.vocabularySize();
        }
        return scope.create(ids, new Shape(2, CONTEXT_LENGTH)); // (B, T)
    }

    /** Returns the values at all sites, the logits and the loss of a pass, by name. */
    private static SortedMap<String, List<Float>> pass(LanguageModel model) {
        SortedMap<String, List<Float>> values = new TreeMap<>();
        try (NDManager scope = model.newScope()) {
            NDArray tokens = tokens(model, scope); // (B, T)
            model.observe(tokens, model.sites().all())
                    .forEach((site, found) -> values.put(site.toString(), list(found)));
            values.put("logits", list(model.logits(tokens)));
            values.put("loss", List.of((float) model.nextTokenLoss(tokens).mean()));
        }
        return values;
    }

    private static List<Float> list(NDArray values) {
        List<Float> list = new ArrayList<>();
        for (float value : values.toFloatArray()) {
            list.add(value);
        }
        return list;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gpt_neox",
                "sequential",
                "full_rotary_tied_bfloat16",
                "unbiased_float16_shards",
                "gpt2",
                "gpt_neo",
                "llama",
                "llama_bfloat16",
                "mistral",
                "qwen2",
                "qwen3",
                "gemma",
                "gemma2",
                "gemma3_text"
            })
    void givesTheSameBitsHoweverMuchMemoryThereIs(String name) throws IOException {
        // Given
        SortedMap<String, List<Float>> expected;
        try (LanguageModel whole = LanguageModel.load(reference(name), Device.cpu())) {
            expected = pass(whole);
        }

        // When, Then
        for (long memory : new long[] {0, SOME, 1L << 30}) {
            try (LanguageModel model = load(reference(name), memory)) {
                assertThat(pass(model)).as("memory=%d", memory).isEqualTo(expected);
                assertThat(pass(model)).as("again, memory=%d", memory).isEqualTo(expected);
            }
        }
    }

    @Test
    void givesTheSameBitsWhenLayersAreSpreadOverDevices() throws IOException {
        // Given: room for seven tenths of the model on each
        TinyLanguageModel.standard().writeTo(folder);
        long room = Files.size(folder.resolve("model.safetensors")) * 7 / 10;
        ModelDevices two =
                new ModelDevices(
                        List.of(Device.cpu(), Device.cpu()), device -> room, Long.MAX_VALUE);

        // When, Then
        try (LanguageModel whole = LanguageModel.load(folder, Device.cpu());
                LanguageModel spread = LanguageModel.load(folder, two, ComputeType.FLOAT32)) {
            assertThat(pass(spread)).isEqualTo(pass(whole));
        }
    }

    @Test
    void threadsShareAModelThatDoesNotFit() throws Exception {
        // Given
        TinyLanguageModel.standard().writeTo(folder);
        try (LanguageModel whole = LanguageModel.load(folder, Device.cpu());
                LanguageModel model = load(folder, SOME);
                ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            SortedMap<String, List<Float>> expected = pass(whole);

            // When
            List<Future<SortedMap<String, List<Float>>>> passes = new ArrayList<>();
            for (int i = 0; i < THREADS * PASSES; i++) {
                passes.add(threads.submit(() -> pass(model)));
            }

            // Then
            for (Future<SortedMap<String, List<Float>>> done : passes) {
                assertThat(done.get()).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt_neox", "gpt2", "gpt_neo", "qwen2", "qwen3", "gemma2"})
    void leavesNoArrayBehind(String name) throws IOException {
        // Given
        try (LanguageModel model = load(reference(name), 0);
                NDManager scope = model.newScope()) {
            NDManager owner = scope.getParentManager();
            pass(model);
            int before = ((BaseNDManager) owner).getManagedArrays().size();

            // When
            for (int i = 0; i < PASSES; i++) {
                pass(model);
            }

            // Then
            assertThat(((BaseNDManager) owner).getManagedArrays()).hasSize(before);
        }
    }

    /** Makes one element of a tensor infinite. */
    private void spoil(String tensor, int element) throws IOException {
        Path file = folder.resolve("model.safetensors");
        SafetensorsFile old = SafetensorsFile.read(Files.readAllBytes(file));
        SafetensorsWriter writer = new SafetensorsWriter();
        for (String name : old.names()) {
            float[] values = old.floats(name);
            if (name.equals(tensor)) {
                values[element] = Float.POSITIVE_INFINITY;
            }
            writer.addFloats(name, old.entry(name).shape(), values);
        }
        try (OutputStream out = Files.newOutputStream(file)) {
            writer.writeTo(out);
        }
    }

    @Test
    void namesAWeightThatIsNotFiniteWhenItsTurnComes() throws IOException {
        // Given
        String tensor = "gpt_neox.layers.1.mlp.dense_h_to_4h.weight";
        TinyLanguageModel.standard().writeTo(folder);
        spoil(tensor, 77);
        try (LanguageModel model = load(folder, 0);
                NDManager scope = model.newScope()) {
            NDArray tokens = tokens(model, scope); // (B, T)
            Map<Site, NDArray> below =
                    model.observe(tokens, Set.of(Site.parse("layers.0.resid.post")));
            int before = ((BaseNDManager) scope).getManagedArrays().size();

            // When, Then
            assertThat(below).hasSize(1);
            for (int i = 0; i < 2; i++) {
                assertThatExceptionOfType(InvalidModelException.class)
                        .isThrownBy(() -> model.logits(tokens))
                        .withMessage(
                                "weight is not finite: tensor=%s, element=77, found=Infinity",
                                tensor);
            }
            assertThat(((BaseNDManager) scope).getManagedArrays()).hasSize(before);
        }
    }

    @Test
    void namesARowThatIsNotFiniteWhenItsTokenComes() throws IOException {
        // Given
        TinyLanguageModel.standard().writeTo(folder);
        spoil("gpt_neox.embed_in.weight", 16 * 11 + 3);
        try (LanguageModel model = load(folder, 0);
                NDManager scope = model.newScope()) {
            NDArray tokens = tokens(model, scope); // (B, T)

            // When, Then
            assertThatExceptionOfType(InvalidModelException.class)
                    .isThrownBy(() -> model.logits(tokens))
                    .withMessage(
                            "weight is not finite: tensor=gpt_neox.embed_in.weight, element=179,"
                                    + " found=Infinity");
        }
    }

    @Test
    void checksNamesAndShapesBeforeAnyPass() throws IOException {
        // Given
        TinyLanguageModel.standard().writeTo(folder, Map.of("intermediate_size", "48"));

        // When, Then
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> load(folder, 0).close())
                .withMessageContaining("tensor shape mismatch: expected=[48, 16], found=[64, 16]");
    }
}
