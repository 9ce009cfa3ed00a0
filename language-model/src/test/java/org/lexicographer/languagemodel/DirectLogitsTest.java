package org.lexicographer.languagemodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.languagemodel.weights.ModelDevices;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;

class DirectLogitsTest {

    /** Sums of at most 64 products of numbers around 1 in float32. */
    private static final float TOLERANCE = 1e-5f;

    private static final int ROWS = 3;

    private static Path reference(String name) {
        try {
            return Path.of(DirectLogitsTest.class.getResource("/reference/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static NDArray directions(LanguageModel model, Site site, NDManager scope) {
        int width = model.activationDim(site);
        float[] values = new float[ROWS * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(i * 0.7 + 1);
        }
        return scope.create(values, new Shape(ROWS, width)); // (ROWS, width)
    }

    /** What one number of a weight is. */
    private static float[] tensor(Path model, String name) throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(model.resolve("model.safetensors"))) {
            FloatBuffer values = file.bytes(name).asFloatBuffer();
            float[] copied = new float[values.remaining()];
            values.get(copied);
            return copied;
        }
    }

    /** Returns x W^T of rows, for W (out, in), or its transpose where it is stored as (in, out). */
    private static float[] projected(float[] rows, float[] weight, boolean transposed) {
        int in = rows.length / ROWS;
        int out = weight.length / in;
        float[] result = new float[ROWS * out];
        for (int row = 0; row < ROWS; row++) {
            for (int o = 0; o < out; o++) {
                double sum = 0;
                for (int i = 0; i < in; i++) {
                    sum += rows[row * in + i] * weight[transposed ? i * out + o : o * in + i];
                }
                result[row * out + o] = (float) sum;
            }
        }
        return result;
    }

    private static float[] weighed(float[] rows, float[] weight, float offset) {
        float[] result = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            result[i] = rows[i] * (offset + weight[i % weight.length]);
        }
        return result;
    }

    private static float[] inStream(String name, String site) throws IOException {
        try (LanguageModel model = LanguageModel.load(reference(name), Device.cpu());
                NDManager scope = model.newScope()) {
            Site at = Site.parse(site);
            return model.directLogits()
                    .inStream(at, directions(model, at, scope))
                    .orElseThrow()
                    .toFloatArray();
        }
    }

    private static float[] given(String name, String site) throws IOException {
        try (LanguageModel model = LanguageModel.load(reference(name), Device.cpu());
                NDManager scope = model.newScope()) {
            return directions(model, Site.parse(site), scope).toFloatArray();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "gpt_neox, layers.1.attn.z, gpt_neox.layers.1.attention.dense.weight, false",
        "gpt_neox, layers.1.mlp.hidden, gpt_neox.layers.1.mlp.dense_4h_to_h.weight, false",
        "gpt2, layers.0.attn.z, transformer.h.0.attn.c_proj.weight, true",
        "gpt2, layers.0.mlp.hidden, transformer.h.0.mlp.c_proj.weight, true",
        "llama, layers.1.attn.z, model.layers.1.self_attn.o_proj.weight, false"
    })
    void whatAModuleReadsGoesThroughItsLastProjection(
            String name, String site, String weight, boolean transposed) throws IOException {
        float[] expected =
                projected(given(name, site), tensor(reference(name), weight), transposed);

        assertThat(inStream(name, site)).containsExactly(expected, within(TOLERANCE));
    }

    @ParameterizedTest
    @CsvSource({
        "gemma2, layers.1.attn.out, post_attention_layernorm",
        "gemma2, layers.1.mlp.out, post_feedforward_layernorm",
        "gemma3_text, layers.0.attn.out, post_attention_layernorm",
        "gemma3_text, layers.0.mlp.out, post_feedforward_layernorm"
    })
    void whatAModuleWritesIsWeighedByTheNormAfterIt(String name, String site, String norm)
            throws IOException {
        String weight = "model.layers.%d.%s.weight".formatted(Site.parse(site).layer(), norm);
        float[] expected = weighed(given(name, site), tensor(reference(name), weight), 1);

        assertThat(inStream(name, site)).containsExactly(expected, within(TOLERANCE));
    }

    @Test
    void theProjectionComesBeforeTheNormAfterIt() throws IOException {
        Path model = reference("gemma2");
        float[] written =
                projected(
                        given("gemma2", "layers.0.attn.z"),
                        tensor(model, "model.layers.0.self_attn.o_proj.weight"),
                        false);
        float[] expected =
                weighed(
                        written,
                        tensor(model, "model.layers.0.post_attention_layernorm.weight"),
                        1);

        assertThat(inStream("gemma2", "layers.0.attn.z"))
                .containsExactly(expected, within(TOLERANCE));
    }

    @ParameterizedTest
    @CsvSource({
        "gemma2, embed",
        "gemma2, layers.1.resid.pre",
        "gemma2, layers.1.resid.mid",
        "gemma2, layers.1.resid.post",
        "gpt_neox, layers.0.attn.out",
        "llama, layers.0.mlp.out"
    })
    void whatIsAddedAsItIsStaysAsItIs(String name, String site) throws IOException {
        assertThat(inStream(name, site)).containsExactly(given(name, site));
    }

    @Test
    void whatTheMlpReadsIsNotAddedToTheStream() throws IOException {
        try (LanguageModel model = LanguageModel.load(reference("llama"), Device.cpu());
                NDManager scope = model.newScope()) {
            Site site = Site.parse("layers.0.mlp.in");

            assertThat(model.directLogits().inStream(site, directions(model, site, scope)))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "gpt_neox, gpt_neox.final_layer_norm.weight, embed_out.weight, 0",
        "gemma2, model.norm.weight, model.embed_tokens.weight, 1"
    })
    void productsAreThoseOfTheUnembeddingsRows(String name, String norm, String table, float offset)
            throws IOException {
        float[] rows = given(name, "layers.0.resid.post");
        float[] weighed = weighed(rows, tensor(reference(name), norm), offset);
        float[] expected = projected(weighed, tensor(reference(name), table), false);
        try (LanguageModel model = LanguageModel.load(reference(name), Device.cpu());
                NDManager scope = model.newScope()) {
            DirectLogits logits = model.directLogits();
            Site site = Site.parse("layers.0.resid.post");
            NDArray directions = logits.weigh(directions(model, site, scope)); // (ROWS, D)
            int vocabulary = logits.vocabularySize();

            float[] low = logits.products(directions, 0, 7).toFloatArray();
            float[] high = logits.products(directions, 7, vocabulary).toFloatArray();

            for (int row = 0; row < ROWS; row++) {
                for (int token = 0; token < vocabulary; token++) {
                    float found =
                            token < 7
                                    ? low[row * 7 + token]
                                    : high[row * (vocabulary - 7) + token - 7];
                    assertThat(found)
                            .isCloseTo(expected[row * vocabulary + token], within(TOLERANCE));
                }
            }
        }
    }

    @Test
    void layersThatAreWidenedWhenNeededGiveTheSame() throws IOException {
        Map<Long, float[]> found = new TreeMap<>();
        for (long memory : new long[] {0, Long.MAX_VALUE}) {
            try (LanguageModel model =
                            LanguageModel.load(
                                    reference("gemma2"),
                                    ModelDevices.only(Device.cpu(), memory),
                                    ComputeType.FLOAT32);
                    NDManager scope = model.newScope()) {
                Site site = Site.parse("layers.1.mlp.hidden");
                DirectLogits logits = model.directLogits();
                NDArray directions =
                        logits.inStream(site, directions(model, site, scope)).orElseThrow();
                found.put(
                        memory,
                        logits.products(directions, 0, logits.vocabularySize()).toFloatArray());
            }
        }

        assertThat(found.get(0L)).containsExactly(found.get(Long.MAX_VALUE));
    }

    @Test
    void anotherWidthIsRefused() throws IOException {
        try (LanguageModel model = LanguageModel.load(reference("gpt2"), Device.cpu());
                NDManager scope = model.newScope()) {
            NDArray wide = directions(model, Site.parse("layers.0.mlp.hidden"), scope);

            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () ->
                                    model.directLogits()
                                            .inStream(Site.parse("layers.0.mlp.out"), wide))
                    .withMessageStartingWith("activation width mismatch: expected=");
        }
    }
}
