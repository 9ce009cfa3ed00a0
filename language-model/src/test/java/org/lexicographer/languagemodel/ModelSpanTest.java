package org.lexicographer.languagemodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Device;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.languagemodel.folder.ModelFolder;
import org.lexicographer.languagemodel.weights.ModelDevices;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.pipeline.run.LayerSpan;

/** A model that is run span by span gives the bits of the model that is run as a whole. */
class ModelSpanTest {

    private static final int CONTEXTS = 2;
    private static final int CONTEXT_LENGTH = 12;

    /** Enough for some weights of the reference models, and not for a whole model. */
    private static final long SOME = 20_000;

    @TempDir Path folder;

    private static final List<String> FAMILIES =
            List.of(
                    "gpt2",
                    "gpt_neo",
                    "gpt_neox",
                    "sequential",
                    "llama",
                    "llama3_rope",
                    "mistral",
                    "qwen2",
                    "qwen3",
                    "gemma",
                    "gemma2",
                    "gemma3_text",
                    "unbiased_float16_shards");

    private static ModelFolder reference(String name) {
        try {
            return new ModelFolder(
                    Path.of(ModelSpanTest.class.getResource("/reference/" + name).toURI()), name);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ModelDevices memory(long bytes) {
        return ModelDevices.only(Device.cpu(), bytes);
    }

    static Stream<Arguments> cases() {
        return FAMILIES.stream()
                .flatMap(
                        family ->
                                Stream.of(ComputeType.values())
                                        .map(type -> Arguments.of(family, type)));
    }

    /** The bits of the values at each site. */
    private static Map<Site, List<Integer>> whole(
            ModelFolder model, ComputeType type, Set<Site> sites) {
        Map<Site, List<Integer>> bits = new TreeMap<>();
        try (LanguageModel whole = LanguageModel.load(model, memory(Long.MAX_VALUE), type);
                NDManager scope = whole.newScope()) {
            whole.observe(tokens(scope), sites, (site, values) -> bits.put(site, bits(values)));
        }
        return bits;
    }

    private static NDArray tokens(NDManager scope) {
        long[] ids = new Random(7).longs(CONTEXTS * CONTEXT_LENGTH, 0, 40).toArray();
        return scope.create(ids, new Shape(CONTEXTS, CONTEXT_LENGTH)); // (B, T)
    }

    private static List<Integer> bits(NDArray values) {
        List<Integer> bits = new ArrayList<>();
        for (float value : values.toFloatArray()) {
            bits.add(Float.floatToRawIntBits(value));
        }
        return bits;
    }

    /** Runs spans one after the other, each from a copy of what the one before it has given. */
    private static Map<Site, List<Integer>> inSpans(
            ModelFolder model, ComputeType type, long memory, List<LayerSpan> spans) {
        Map<Site, List<Integer>> bits = new TreeMap<>();
        float[] stream = new float[0];
        for (LayerSpan span : spans) {
            try (ModelSpan part = ModelSpan.load(model, memory(memory), type, span);
                    NDManager scope = part.newScope()) {
                Set<Site> sites = of(span, part.sites().all());
                Map<Site, float[]> found = new TreeMap<>();
                if (span.first() == 0) {
                    part.observe(
                            tokens(scope),
                            sites,
                            (s, values) -> found.put(s, values.toFloatArray()));
                } else {
                    Shape shape =
                            new Shape(
                                    CONTEXTS,
                                    CONTEXT_LENGTH,
                                    stream.length / (CONTEXTS * CONTEXT_LENGTH));
                    part.observeFrom(
                            scope.create(stream, shape), // (B, T, D)
                            sites,
                            (s, values) -> found.put(s, values.toFloatArray()));
                }
                stream = found.get(new Site(span.end() - 1, Site.Kind.RESID_POST));
                found.forEach((site, values) -> bits.put(site, bits(scope.create(values))));
            }
        }
        return bits;
    }

    private static Set<Site> of(LayerSpan span, Set<Site> sites) {
        Set<Site> here = new TreeSet<>(sites);
        here.removeIf(site -> !span.contains(site.layer()));
        return here;
    }

    private static int layers(ModelFolder model) {
        try (LanguageModel whole = LanguageModel.load(model, memory(0), ComputeType.FLOAT32)) {
            return whole.layers();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everySiteHasTheBitsOfTheWholeModel(String family, ComputeType type) {
        // Given
        ModelFolder model = reference(family);
        int layers = layers(model);
        Set<Site> all;
        try (LanguageModel whole = LanguageModel.load(model, memory(0), type)) {
            all = whole.sites().all();
        }
        Map<Site, List<Integer>> expected = whole(model, type, all);

        for (int spans : new TreeSet<>(List.of(2, layers))) {
            for (long memory : List.of(SOME, Long.MAX_VALUE)) {
                // When
                Map<Site, List<Integer>> found =
                        inSpans(model, type, memory, LayerSpan.even(layers, spans));

                // Then
                assertThat(found).as("spans=%d, memory=%d", spans, memory).isEqualTo(expected);
            }
        }
    }

    /** Most reference models have two or three layers; this one has more. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void fourLayersGiveTheSameBitsInOneTwoAndFourSpans(int spans) {
        // Given
        new TinyLanguageModel(4, 16, 2, 50, 32, 1).writeTo(folder);
        ModelFolder model = new ModelFolder(folder, "tiny");
        Set<Site> all;
        try (LanguageModel whole = LanguageModel.load(model, memory(0), ComputeType.FLOAT32)) {
            all = whole.sites().all();
        }

        // Then
        for (ComputeType type : ComputeType.values()) {
            assertThat(inSpans(model, type, Long.MAX_VALUE, LayerSpan.even(4, spans)))
                    .isEqualTo(whole(model, type, all));
        }
    }

    /** Neither the other layers are read nor, but for the first span, the embedding. */
    @Test
    void aSpanNeedsTheMemoryOfItsOwnWeights() throws IOException {
        // Given
        ModelFolder model = reference("gpt_neox");

        // When
        long first = arrays(model, new LayerSpan(0, 1));
        long second = arrays(model, new LayerSpan(1, 2));
        long both = arrays(model, new LayerSpan(0, 2));

        // Then
        assertThat(second).isPositive().isLessThan(first);
        assertThat(first + second).isEqualTo(both);
    }

    /** Returns how many elements are in memory for a span. */
    private static long arrays(ModelFolder model, LayerSpan span) {
        try (ModelSpan part =
                        ModelSpan.load(model, memory(Long.MAX_VALUE), ComputeType.FLOAT32, span);
                NDManager scope = part.newScope()) {
            return elements((BaseNDManager) scope.getParentManager());
        }
    }

    private static long elements(BaseNDManager manager) {
        return manager.getManagedArrays().stream().mapToLong(NDArray::size).sum();
    }

    @Test
    void refusesWhatIsNotInTheSpan() {
        // Given
        ModelFolder model = reference("gpt_neox");
        try (ModelSpan span =
                        ModelSpan.load(model, memory(0), ComputeType.FLOAT32, new LayerSpan(1, 2));
                NDManager scope = span.newScope()) {
            NDArray tokens = tokens(scope); // (B, T)
            NDArray stream = scope.zeros(new Shape(2, 3, 5)); // (B, T, another width)

            // Then
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> span.observe(tokens, Set.of(Site.parse("embed")), (s, v) -> {}))
                    .withMessage("site not in the span: site=embed, span=layers 1 to 1");
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(
                            () ->
                                    span.observe(
                                            tokens,
                                            Set.of(Site.parse("layers.1.mlp.out")),
                                            (s, v) -> {}))
                    .withMessage("span without embedding: span=layers 1 to 1");
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () ->
                                    span.observeFrom(
                                            stream,
                                            Set.of(Site.parse("layers.1.mlp.out")),
                                            (s, v) -> {}))
                    .withMessageStartingWith("residual stream mismatch: expected=float32 (B, T, ");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                ModelSpan.load(
                                        model,
                                        memory(0),
                                        ComputeType.FLOAT32,
                                        new LayerSpan(1, 99)))
                .withMessageStartingWith("span beyond the model's layers: layers=");
    }

    @Test
    void aFolderThatIsNoModelIsRefused() {
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(
                        () ->
                                ModelSpan.load(
                                        new ModelFolder(folder, "empty"),
                                        memory(0),
                                        ComputeType.FLOAT32,
                                        new LayerSpan(0, 1)));
    }

    @Test
    void leavesNoArrayBehind() {
        try (ModelSpan part =
                        ModelSpan.load(
                                reference("gemma2"),
                                memory(0),
                                ComputeType.BFLOAT16,
                                new LayerSpan(1, 2));
                NDManager scope = part.newScope()) {
            BaseNDManager owner = (BaseNDManager) scope.getParentManager();
            int width = part.sites().width(Site.parse("layers.1.resid.pre"));
            NDArray stream = scope.ones(new Shape(2, 4, width)); // (B, T, D)
            Set<Site> sites = Set.of(Site.parse("layers.1.resid.post"));
            part.observeFrom(stream, sites, (site, values) -> {});
            int inScope = ((BaseNDManager) scope).getManagedArrays().size();
            int before = owner.getManagedArrays().size();

            for (int i = 0; i < 3; i++) {
                part.observeFrom(stream, sites, (site, values) -> {});
            }

            assertThat(owner.getManagedArrays()).hasSize(before);
            assertThat(((BaseNDManager) scope).getManagedArrays()).hasSize(inScope);
            assertThat(stream.sum().getFloat()).isEqualTo(2 * 4 * width);
        }
    }
}
