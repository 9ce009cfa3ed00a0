package org.lexicographer.languagemodel.family;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.languagemodel.architecture.GatedDecoder;
import org.lexicographer.languagemodel.config.ModelConfig;
import org.lexicographer.languagemodel.folder.ModelFiles;
import org.lexicographer.languagemodel.layer.ActivationFunction;

class GemmaTest {

    private static final JsonMapper JSON = new JsonMapper();

    @TempDir Path folder;

    /** As in transformers; the two functions differ by up to 5e-4. */
    @ParameterizedTest
    @CsvSource({
        "gemma, hidden_act, gelu, GELU_TANH",
        "gemma, hidden_act, gelu_python, GELU",
        "gemma2, hidden_activation, gelu, GELU",
        "gemma3_text, hidden_activation, gelu, GELU"
    })
    void onlyTheFirstMeansAnApproximationWhenItSaysGelu(
            String family, String key, String said, ActivationFunction meant) throws IOException {
        // Given
        try (InputStream file =
                getClass().getResourceAsStream("/reference/%s/config.json".formatted(family))) {
            ObjectNode values = (ObjectNode) JSON.readTree(file);
            values.put(key, said);
            JSON.writeValue(folder.resolve("config.json").toFile(), values);
        }
        ModelConfig config = ModelConfig.read(new ModelFiles.Local(folder));

        // When
        GatedDecoder decoder = (GatedDecoder) ModelFamily.of(config).architecture(config);

        // Then
        assertThat(decoder.function()).isEqualTo(meant);
    }
}
