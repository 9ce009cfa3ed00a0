package org.lexicographer.languagemodel.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.languagemodel.folder.ModelFiles;
import org.lexicographer.pipeline.Json;

/**
 * The token ids of {@code tokenizer-reference.json} are those of Hugging Face tokenizers for the
 * same {@code tokenizer.json}.
 */
class HuggingFaceTextTokenizerTest {

    private static final String TOKENIZER = "tokenizer.json";
    private static final String TOKENIZER_CONFIG = "tokenizer_config.json";
    private static final String CONFIG = "config.json";

    private final Map<String, byte[]> files = new HashMap<>();
    private final ModelFiles folder = name -> Optional.ofNullable(files.get(name));

    HuggingFaceTextTokenizerTest() throws IOException {
        for (String name : new String[] {TOKENIZER, TOKENIZER_CONFIG, CONFIG}) {
            files.put(name, resource(name));
        }
    }

    @Test
    void yieldsTheTokensOfHuggingFace() throws IOException {
        try (HuggingFaceTextTokenizer tokenizer = HuggingFaceTextTokenizer.load(folder)) {
            JsonNode reference = Json.tree(resource("tokenizer-reference.json"));
            assertThat(reference).isNotEmpty();
            for (JsonNode example : reference) {
                int[] ids =
                        IntStream.range(0, example.path("ids").size())
                                .map(i -> example.path("ids").path(i).intValue())
                                .toArray();
                assertThat(tokenizer.encode(example.path("text").textValue())).isEqualTo(ids);
            }
        }
    }

    @Test
    void neverTruncatesPadsOrAddsTokens() {
        // Given
        ObjectNode json = (ObjectNode) Json.tree(files.get(TOKENIZER));
        json.set(
                "truncation",
                Json.tree(
                        "{\"direction\":\"Right\",\"max_length\":4,\"strategy\":\"LongestFirst\",\"stride\":0}"
                                .getBytes(UTF_8)));
        json.set(
                "padding",
                Json.tree(
                        ("{\"strategy\":{\"Fixed\":8},\"direction\":\"Right\",\"pad_to_multiple_of\":null,"
                                        + "\"pad_id\":1,\"pad_type_id\":0,\"pad_token\":\"<|padding|>\"}")
                                .getBytes(UTF_8)));
        json.set(
                "post_processor",
                Json.tree(
                        ("{\"type\":\"TemplateProcessing\",\"single\":[{\"SpecialToken\":{\"id\":"
                                        + "\"<|endoftext|>\",\"type_id\":0}},{\"Sequence\":{\"id\":\"A\","
                                        + "\"type_id\":0}}],\"pair\":[{\"Sequence\":{\"id\":\"A\",\"type_id\":0}},"
                                        + "{\"Sequence\":{\"id\":\"B\",\"type_id\":1}}],\"special_tokens\":"
                                        + "{\"<|endoftext|>\":{\"id\":\"<|endoftext|>\",\"ids\":[0],"
                                        + "\"tokens\":[\"<|endoftext|>\"]}}}")
                                .getBytes(UTF_8)));
        files.put(TOKENIZER, Json.write(json));

        // When
        try (HuggingFaceTextTokenizer tokenizer = HuggingFaceTextTokenizer.load(folder)) {
            assertThat(tokenizer.addedInFront()).containsExactly(0);
            int[] once = tokenizer.encode("public static");
            int[] often = tokenizer.encode("public static".repeat(100_000));

            // Then
            assertThat(once).containsExactly(488, 473);
            assertThat(often).hasSizeGreaterThanOrEqualTo(200_000).doesNotContain(0, 1);
        }
    }

    @Test
    void knowsThatItPutsNothingBeforeAText() {
        try (HuggingFaceTextTokenizer tokenizer = HuggingFaceTextTokenizer.load(folder)) {
            assertThat(tokenizer.addedInFront()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{\"eos_token\": \"<|endoftext|>\", \"bos_token\": \"<|padding|>\"}; {}; 1",
                "{\"eos_token\": \"<|endoftext|>\"}; {\"bos_token_id\": 0}; 0",
                "{\"eos_token\": \"<|endoftext|>\"}; {}; -1"
            })
    void findsTheTokenThatBeginsAText(String tokenizerConfig, String config, int expected) {
        files.put(TOKENIZER_CONFIG, tokenizerConfig.getBytes(UTF_8));
        files.put(CONFIG, config.getBytes(UTF_8));

        try (HuggingFaceTextTokenizer tokenizer = HuggingFaceTextTokenizer.load(folder)) {
            assertThat(tokenizer.beginOfText().orElse(-1)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{\"eos_token\": \"<|endoftext|>\"}; {\"eos_token_id\": 5}; 0",
                "{\"eos_token\": {\"content\": \"<|padding|>\"}}; {}; 1",
                "{}; {\"eos_token_id\": 5}; 5",
                "{\"eos_token\": null}; {\"eos_token_id\": [7, 8]}; 7"
            })
    void findsTheEndOfTextToken(String tokenizerConfig, String config, int expected) {
        files.put(TOKENIZER_CONFIG, tokenizerConfig.getBytes(UTF_8));
        files.put(CONFIG, config.getBytes(UTF_8));

        try (HuggingFaceTextTokenizer tokenizer = HuggingFaceTextTokenizer.load(folder)) {
            assertThat(tokenizer.endOfText()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{}; {}; names no end-of-text token",
                "{\"eos_token\": \"no such token\"}; {}; is not one token",
                "{}; {\"eos_token_id\": 4096}; does not exist: eos_token_id=4096",
                "{}; {\"eos_token_id\": -1}; does not exist: eos_token_id=-1",
                "{}; {\"eos_token_id\": 4294967296}; not a token id",
                "{}; {\"eos_token_id\": \"0\"}; not a token id",
                "{\"eos_token\": 0}; {\"eos_token_id\": 0}; not a token",
                "{\"eos_token\": {\"content\": null}}; {\"eos_token_id\": 0}; not a token",
                "[]; {\"eos_token_id\": 0}; not a JSON object",
                "{}; {\"eos_token_id\": 0; not valid JSON"
            })
    void refusesAModelWithoutAnEndOfTextTokenWhereOneIsNeeded(
            String tokenizerConfig, String config, String rule) {
        files.put(TOKENIZER_CONFIG, tokenizerConfig.getBytes(UTF_8));
        files.put(CONFIG, config.getBytes(UTF_8));

        try (HuggingFaceTextTokenizer tokenizer = HuggingFaceTextTokenizer.load(folder)) {
            assertThat(tokenizer.encode("a")).hasSize(1);
            assertThatThrownBy(tokenizer::endOfText)
                    .isInstanceOf(InvalidModelException.class)
                    .hasMessageContaining(rule);
        }
    }

    @Test
    void refusesAModelWithoutAUsableTokenizer() {
        files.put(TOKENIZER, "{}".getBytes(UTF_8));
        assertThatThrownBy(() -> HuggingFaceTextTokenizer.load(folder))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("tokenizer.json not usable");

        files.remove(TOKENIZER);
        assertThatThrownBy(() -> HuggingFaceTextTokenizer.load(folder))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("expected=tokenizer.json");
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream file =
                HuggingFaceTextTokenizerTest.class.getResourceAsStream("/demo-model/" + name)) {
            return file.readAllBytes();
        }
    }
}
