package org.lexicographer.eval.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.eval.evaluator.UnusableInputException;

/** In {@code tokenizer.json}, [UNK] is token 1 and the letters are tokens 2 to 27. */
class TextTokenizerTest {

    @TempDir private Path folder;

    @BeforeEach
    void copyTokenizer() throws IOException {
        try (var in = TextTokenizerTest.class.getResourceAsStream("/tokenizer.json")) {
            Files.copy(in, folder.resolve("tokenizer.json"));
        }
    }

    private int[] packed() {
        try (TextTokenizer tokenizer = TextTokenizer.load(folder)) {
            return tokenizer.pack(List.of("a b", "c"), 5).contexts().tokens();
        }
    }

    @Test
    void theTokenizersOwnEndOfTextComesFirst() throws IOException {
        // Given
        Files.writeString(folder.resolve("config.json"), "{\"eos_token_id\": 7}");
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"eos_token\": \"z\"}");

        // When
        int[] tokens = packed();

        // Then
        assertThat(tokens).containsExactly(2, 3, 27, 4, 27);
    }

    @Test
    void elseTheModelsFirstEndOfTextCounts() throws IOException {
        // Given
        Files.writeString(folder.resolve("config.json"), "{\"eos_token_id\": [7, 8]}");

        // When
        int[] tokens = packed();

        // Then
        assertThat(tokens).containsExactly(2, 3, 7, 4, 7);
    }

    @Test
    void saysWhatAFolderLacks() throws IOException {
        // Given
        Files.writeString(folder.resolve("config.json"), "{}");

        // When / Then
        assertThatExceptionOfType(UnusableInputException.class)
                .isThrownBy(this::packed)
                .withMessageContaining("no end-of-text token");
        Files.writeString(folder.resolve("tokenizer.json"), "{}");
        assertThatExceptionOfType(UnusableInputException.class)
                .isThrownBy(this::packed)
                .withMessageContaining("tokenizer not usable");
        Files.delete(folder.resolve("tokenizer.json"));
        assertThatExceptionOfType(UnusableInputException.class)
                .isThrownBy(this::packed)
                .withMessageContaining("tokenizer missing");
    }
}
