package org.lexicographer.dictionary.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;

class UsageExampleTest {

    /** Float32 sums of 64 products of size 1, in another order. */
    private static final float ROUNDING = 1e-5f;

    private static final Path SOURCE =
            Path.of("src/test/java/org/lexicographer/dictionary/exchange/UsageExample.java");

    @ParameterizedTest
    @ValueSource(strings = {"standard", "jump_relu", "top_k"})
    void reconstructsAnActivation(String name) throws Exception {
        Path folder = ReferenceDictionariesTest.folder(name);
        try (SafetensorsFile expected =
                SafetensorsFile.open(folder.resolve("inference.safetensors"))) {
            // When
            float[] row = Arrays.copyOf(expected.floats("x"), 16);
            float[] reconstruction = UsageExample.reconstruct(folder, row);

            // Then
            assertThat(reconstruction)
                    .usingComparatorWithPrecision(ROUNDING)
                    .containsExactly(Arrays.copyOf(expected.floats("reconstruction"), 16));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "../README.md"})
    void standsInTheReadme(String readme) throws IOException {
        String source = Files.readString(SOURCE);
        String example =
                source.substring(source.indexOf("// example\n") + 11, source.indexOf("// end"));

        assertThat(Files.readString(Path.of(readme)))
                .contains("```java\n" + example.stripIndent().stripTrailing() + "\n```");
    }
}
