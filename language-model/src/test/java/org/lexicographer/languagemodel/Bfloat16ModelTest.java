package org.lexicographer.languagemodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.languagemodel.architecture.StoredTransformer;
import org.lexicographer.languagemodel.config.ModelConfig;
import org.lexicographer.languagemodel.family.ModelFamily;
import org.lexicographer.languagemodel.folder.ModelFiles;
import org.lexicographer.languagemodel.forward.BranchingPass;
import org.lexicographer.languagemodel.forward.Transformer;
import org.lexicographer.languagemodel.forward.WholeTransformer;
import org.lexicographer.languagemodel.weights.ModelDevices;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.recipe.setting.ComputeType;

/** Models that compute in bfloat16, on the CPU, where the same program runs as on a GPU. */
class Bfloat16ModelTest {

    private static final int CONTEXT_LENGTH = 12;

    /** bfloat16 rounds by at most 2^-8 of a number. */
    private static final double ROUNDING = 1.0 / 256;

    /**
     * How far a site may be from float32's, as a share of its norm. A layer rounds its weights and
     * some ten values on the way, in all directions, so that their squares add up; the deepest
     * model has six layers. transformers' own bfloat16 is as far.
     */
    private static final double FAR = 8 * ROUNDING;

    private static final Site MIDDLE = Site.parse("layers.0.resid.post");
    private static final Site LAST = Site.parse("layers.1.resid.post");

    private static Path reference(String name) {
        try {
            return Path.of(Bfloat16ModelTest.class.getResource("/reference/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static LanguageModel load(String name, ComputeType type, long memory)
            throws IOException {
        return LanguageModel.load(reference(name), ModelDevices.only(Device.cpu(), memory), type);
    }

    private static LanguageModel narrow(String name) throws IOException {
        return load(name, ComputeType.BFLOAT16, Long.MAX_VALUE);
    }

    private static NDArray tokens(LanguageModel model, NDManager scope) {
        long[] ids = new long[2 * CONTEXT_LENGTH];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = i * 11 % model.vocabularySize();
        }
        return scope.create(ids, new Shape(2, CONTEXT_LENGTH)); // (B, T)
    }

    /** Returns the values at all sites and the logits of a pass, by name. */
    private static SortedMap<String, float[]> pass(LanguageModel model) {
        SortedMap<String, float[]> values = new TreeMap<>();
        try (NDManager scope = model.newScope()) {
            NDArray tokens = tokens(model, scope); // (B, T)
            model.observe(tokens, model.sites().all())
                    .forEach((site, found) -> values.put(site.toString(), found.toFloatArray()));
            values.put("logits", model.logits(tokens).toFloatArray());
        }
        return values;
    }

    /** Returns ||x - y|| / ||y||. */
    private static double distance(float[] x, float[] y) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < y.length; i++) {
            difference += Math.pow((double) x[i] - y[i], 2);
            size += Math.pow(y[i], 2);
        }
        return Math.sqrt(difference / size);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gpt_neox",
                "sequential",
                "full_rotary_tied_bfloat16",
                "unbiased_float16_shards",
                "tanh_gelu_old_keys",
                "gpt2",
                "gpt_neo",
                "llama",
                "llama3_rope",
                "llama_bfloat16",
                "mistral",
                "qwen2",
                "qwen3",
                "gemma",
                "gemma2",
                "gemma3_text"
            })
    void everyFamilyIsNearFloat32AtEverySite(String name) throws IOException {
        try (LanguageModel wide = load(name, ComputeType.FLOAT32, Long.MAX_VALUE);
                LanguageModel narrow = narrow(name)) {
            SortedMap<String, float[]> expected = pass(wide);
            pass(narrow)
                    .forEach(
                            (site, values) ->
                                    assertThat(distance(values, expected.get(site)))
                                            .as(site)
                                            .isLessThan(FAR));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt_neox", "gpt2", "qwen2", "gemma2", "gemma3_text"})
    void theSameBitsHoweverMuchMemoryThereIs(String name) throws IOException {
        SortedMap<String, float[]> expected;
        try (LanguageModel whole = narrow(name)) {
            expected = pass(whole);
        }
        for (long memory : new long[] {0, 20_000}) {
            try (LanguageModel model = load(name, ComputeType.BFLOAT16, memory)) {
                assertThat(pass(model)).usingRecursiveComparison().isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt_neox", "llama", "gemma2"})
    void whatIsObservedIsFloat32AndWasRounded(String name) throws IOException {
        try (LanguageModel model = narrow(name);
                NDManager scope = model.newScope()) {
            NDArray found =
                    model.observe(tokens(model, scope), Set.of(MIDDLE)).get(MIDDLE); // (B, T, D)

            assertThat(found.getDataType()).isEqualTo(DataType.FLOAT32);
            for (float value : found.toFloatArray()) {
                assertThat(Float.floatToRawIntBits(value) & 0xffff).isZero();
            }
            found.addi(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt_neox", "gpt2", "llama", "gemma2", "gemma3_text"})
    void anEqualValueAtAnySiteGivesTheSameBits(String name) throws IOException {
        try (LanguageModel model = narrow(name);
                NDManager scope = model.newScope()) {
            NDArray tokens = tokens(model, scope); // (B, T)
            float[] expected = model.logits(tokens).toFloatArray();
            for (Site site : model.sites().all()) {
                assertThat(model.logits(tokens, Map.of(site, x -> x)).toFloatArray())
                        .as(site.toString())
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void aReplacedValueIsRoundedAndReachesWhatDependsOnIt() throws IOException {
        try (LanguageModel model = narrow("llama");
                NDManager scope = model.newScope()) {
            NDArray tokens = tokens(model, scope); // (B, T)
            Map<Site, NDArray> found =
                    model.observe(tokens, Set.of(MIDDLE, LAST), Map.of(MIDDLE, x -> x.mul(1.05)));
            Map<Site, NDArray> own = model.observe(tokens, Set.of(MIDDLE, LAST));

            assertThat(found.get(MIDDLE).toFloatArray())
                    .isNotEqualTo(own.get(MIDDLE).toFloatArray());
            assertThat(found.get(LAST).toFloatArray()).isNotEqualTo(own.get(LAST).toFloatArray());
            for (float value : found.get(MIDDLE).toFloatArray()) {
                assertThat(Float.floatToRawIntBits(value) & 0xffff).isZero();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt_neox", "sequential", "gemma2"})
    void aBranchWithAnEqualValueEndsWithTheSameBits(String name) throws IOException {
        try (LanguageModel model = narrow(name);
                NDManager scope = model.newScope()) {
            NDArray tokens = tokens(model, scope); // (B, T)
            NextTokenLoss alone = model.nextTokenLoss(tokens);
            try (SharedPass pass = model.share(tokens)) {
                List<BranchingPass.Branch> ends =
                        model.sites().all().stream()
                                .sorted()
                                .map(site -> pass.branch(site, pass.value(site)))
                                .toList();
                SharedPass.Comparison comparison = pass.compare(ends);

                for (ReplacedLoss replaced : comparison.replaced()) {
                    assertThat(replaced.loss()).isEqualTo(comparison.original());
                }
                // Rows of a loss are summed in another order.
                assertThat(comparison.original().mean()).isCloseTo(alone.mean(), within(1e-6));
            }
        }
    }

    @Test
    void layersOnSeveralDevicesAreOneModel() throws IOException {
        ModelDevices two =
                new ModelDevices(
                        List.of(Device.cpu(), Device.cpu()), device -> 60_000, Long.MAX_VALUE);
        try (LanguageModel whole = narrow("gpt_neox");
                LanguageModel spread =
                        LanguageModel.load(reference("gpt_neox"), two, ComputeType.BFLOAT16)) {
            assertThat(pass(spread)).usingRecursiveComparison().isEqualTo(pass(whole));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt_neox", "llama", "gemma2"})
    void directionsActOnLogitsAsInFloat32(String name) throws IOException {
        try (LanguageModel wide = load(name, ComputeType.FLOAT32, Long.MAX_VALUE);
                LanguageModel narrow = narrow(name);
                NDManager scope = narrow.newScope()) {
            Site site = Site.parse("layers.0.mlp.hidden");
            NDArray directions =
                    scope.randomNormal(new Shape(3, narrow.activationDim(site))); // (N, M)
            NDArray expected =
                    wide.directLogits().inStream(site, directions).orElseThrow(); // (N, D)
            NDArray found =
                    narrow.directLogits().inStream(site, directions).orElseThrow(); // (N, D)

            assertThat(distance(found.toFloatArray(), expected.toFloatArray())).isLessThan(FAR);
        }
    }

    @Test
    void aModelNeedsHalfOfTheMemory() throws IOException {
        // 45,000 weights
        ModelDevices small = ModelDevices.only(Device.cpu(), 100_000);
        try (NDManager owner = NDManager.newBaseManager(Device.cpu())) {
            assertThat(open(owner, small, ComputeType.BFLOAT16))
                    .isInstanceOf(WholeTransformer.class);
            assertThat(open(owner, small, ComputeType.FLOAT32))
                    .isInstanceOf(StoredTransformer.class);
        }
    }

    private static Transformer open(NDManager owner, ModelDevices devices, ComputeType type)
            throws IOException {
        Path folder = reference("gpt_neox");
        ModelConfig config = ModelConfig.read(new ModelFiles.Local(folder));
        return StoredTransformer.open(
                ModelFamily.of(config).architecture(config), folder, owner, devices, type);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE})
    void leavesNoArrayBehind(long memory) throws IOException {
        try (LanguageModel model = load("gemma2", ComputeType.BFLOAT16, memory);
                NDManager scope = model.newScope()) {
            BaseNDManager owner = (BaseNDManager) scope.getParentManager();
            NDArray tokens = tokens(model, scope); // (B, T)
            int inScope = ((BaseNDManager) scope).getManagedArrays().size();
            passesOfEveryKind(model, tokens);
            int before = owner.getManagedArrays().size();

            for (int i = 0; i < 3; i++) {
                passesOfEveryKind(model, tokens);
            }

            assertThat(owner.getManagedArrays()).hasSize(before);
            assertThat(((BaseNDManager) scope).getManagedArrays()).hasSize(inScope);
        }
    }

    private static void passesOfEveryKind(LanguageModel model, NDArray tokens) {
        model.observe(tokens, Set.of(MIDDLE), Map.of(LAST, x -> x.mul(2)))
                .values()
                .forEach(NDArray::close);
        model.logits(tokens, Map.of(MIDDLE, x -> x)).close();
        model.nextTokenLoss(tokens, Map.of(MIDDLE, x -> x.mul(2)));
        try (SharedPass pass = model.share(tokens)) {
            pass.compare(List.of(pass.branch(LAST, pass.value(LAST))));
        }
    }
}
