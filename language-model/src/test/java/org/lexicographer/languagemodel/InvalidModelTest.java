package org.lexicographer.languagemodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.Device;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;

class InvalidModelTest {

    private static final String QKV_BIAS = "gpt_neox.layers.1.attention.query_key_value.bias";

    @TempDir Path folder;

    private void assertRejected(String message) {
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> LanguageModel.load(folder, Device.cpu()).close())
                .withMessageContaining(message);
    }

    private void assertLoads() throws IOException {
        try (LanguageModel model = LanguageModel.load(folder, Device.cpu())) {
            assertThat(model.layers()).isEqualTo(2);
        }
    }

    /** Rewrites the weights without one tensor, and with another of one element. */
    private void rewrite(String without, String with) throws IOException {
        Path file = folder.resolve("model.safetensors");
        SafetensorsFile old = SafetensorsFile.read(Files.readAllBytes(file));
        SafetensorsWriter writer = new SafetensorsWriter();
        for (String name : old.names()) {
            if (!name.equals(without)) {
                writer.addFloats(name, old.entry(name).shape(), old.floats(name));
            }
        }
        if (!with.isEmpty()) {
            writer.addFloats(with, List.of(1L), new float[1]);
        }
        write(writer, file);
    }

    private static void write(SafetensorsWriter writer, Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            writer.writeTo(out);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "model_type | \"mamba\" | expected model_type=gpt2 or gpt_neo or",
                "model_type | null | or gemma3, found=",
                "model_type | 7 | expected model_type=a text, found=7",
                "hidden_size | null | lacks a value: key=hidden_size",
                "hidden_size | 16.5 | expected hidden_size=a positive integer, found=16.5",
                "num_hidden_layers | 0 | expected num_hidden_layers=a positive integer, found=0",
                "vocab_size | \"50\" | expected vocab_size=a positive integer, found=\"50\"",
                "num_attention_heads | 3 | expected num_attention_heads=a divisor of hidden_size",
                "hidden_act | \"geglu\" | expected hidden_act=a known activation function",
                "layer_norm_eps | \"x\" | expected layer_norm_eps=a number, found=\"x\"",
                "layer_norm_eps | 1e39 | expected layer_norm_eps=a number of float32 from 0",
                "layer_norm_eps | 1e999 | expected layer_norm_eps=a number",
                "max_position_embeddings | 2147483648 | expected max_position_embeddings=a positive",
                "use_parallel_residual | 1 | expected use_parallel_residual=true or false, found=1",
                "rotary_pct | 1.5 | expected rotary_pct=a number from 0 to 1, found=1.5",
                "rotary_emb_base | 0 | expected rotary_emb_base=a positive number, found=0.0",
                "rope_parameters | [] | expected rope_parameters=an object, found=[]",
                "rope_parameters | {\"rope_type\": \"dynamic\"} | rope_type=default, linear, llama3 or yarn",
                "rope_scaling | {\"type\": \"longrope\"} | or yarn, found=longrope",
                "rope_scaling | {\"type\": \"linear\"} | expected factor=a positive number, found=nothing",
                "rope_scaling | {\"type\": \"linear\", \"factor\": \"2\"} | factor=a number, found=\"2\"",
                "rope_scaling | {\"mrope_section\": [16]} | mrope_section=no such setting in this family",
                "num_hidden_layers | 10000 | expected num_hidden_layers=at most 9999, found=10000",
                "alibi | true | expected alibi=no such setting in this family, found=true",
                "quantization_config | {\"bits\": 4} | expected quantization_config=no such setting",
                "is_encoder_decoder | true | expected is_encoder_decoder=false, found=true",
            })
    void namesTheSettingThatCannotBeUsed(String key, String value, String message) {
        // Given
        TinyLanguageModel.standard().writeTo(folder, Map.of(key, value));

        // When, Then
        assertRejected(message);
    }

    @Test
    void rejectsAFolderThatHoldsNoModel() {
        assertRejected("not a model folder: missing file=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"a\": 1, \"a\": 2}", "\u0000"})
    void rejectsAConfigurationThatIsNotJson(String text) throws IOException {
        // Given
        Files.writeString(folder.resolve("config.json"), text);

        // When, Then
        assertRejected("model file is not valid JSON: reason=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "", "7"})
    void rejectsAConfigurationThatIsNoObject(String text) throws IOException {
        // Given
        Files.writeString(folder.resolve("config.json"), text);

        // When, Then
        assertRejected("model file is not a JSON object: found=");
    }

    @Test
    void namesAMissingTensor() throws IOException {
        // Given
        TinyLanguageModel.standard().writeTo(folder);
        rewrite(QKV_BIAS, "");

        // When, Then
        assertRejected("model lacks a tensor: tensor=" + QKV_BIAS + ", expected shape=[48]");
    }

    @Test
    void namesATensorOfTheWrongShape() throws IOException {
        // Given
        TinyLanguageModel.standard().writeTo(folder);
        rewrite(QKV_BIAS, QKV_BIAS);

        // When, Then
        assertRejected("tensor shape mismatch: expected=[48], found=[1], tensor=" + QKV_BIAS);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void namesAWeightThatIsNotFinite(float value) throws IOException {
        // Given
        Path file = TinyLanguageModel.standard().writeTo(folder).resolve("model.safetensors");
        SafetensorsFile old = SafetensorsFile.read(Files.readAllBytes(file));
        SafetensorsWriter writer = new SafetensorsWriter();
        for (String name : old.names()) {
            float[] values = old.floats(name);
            if (name.equals(QKV_BIAS)) {
                values[5] = value;
            }
            writer.addFloats(name, old.entry(name).shape(), values);
        }
        write(writer, file);

        // When, Then
        assertRejected(
                "weight is not finite: tensor=%s, element=5, found=%s".formatted(QKV_BIAS, value));
    }

    @Test
    void namesTensorsThatTheFamilyDoesNotKnow() throws IOException {
        // Given
        TinyLanguageModel.standard().writeTo(folder);
        rewrite("", "gpt_neox.layers.2.attention.dense.bias");

        // When, Then
        assertRejected("does not know: count=1, tensors=[gpt_neox.layers.2.attention.dense.bias]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gpt_neox.layers.0.attention.bias",
                "gpt_neox.layers.0.attention.masked_bias",
                "gpt_neox.layers.0.attention.rotary_emb.inv_freq",
                "gpt_neox.rotary_emb.inv_freq"
            })
    void ignoresTheBuffersOfOlderFolders(String name) throws IOException {
        // Given
        TinyLanguageModel.standard().writeTo(folder);
        rewrite("", name);

        // When, Then
        assertLoads();
    }

    @Test
    void takesTheOnlyVocabularyThereIsWhenTied() throws IOException {
        // Given
        TinyLanguageModel.standard().writeTo(folder, Map.of("rotary_pct", "0"));
        rewrite("gpt_neox.embed_in.weight", "");
        Path config = folder.resolve("config.json");
        String untied = Files.readString(config);

        // When
        Files.writeString(config, untied.replaceFirst("\\{", "{\"tie_word_embeddings\": true,"));

        // Then
        assertLoads();
    }
}
