package org.lexicographer.languagemodel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.languagemodel.folder.ModelFiles;
import org.lexicographer.languagemodel.forward.SiteWidths;

/** The settings are those of the released models' own {@code config.json}. */
class ReleasedConfigurationsTest {

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "gpt2-xl, 48, 1600, 1600, 6400",
        "tinystories-33m, 4, 768, 768, 3072",
        "pythia-70m-deduped, 6, 512, 512, 2048",
        "llama-7b, 32, 4096, 4096, 11008",
        "llama-2-70b, 80, 8192, 8192, 28672",
        "llama-3.1-8b, 32, 4096, 4096, 14336",
        "llama-3.2-1b, 16, 2048, 2048, 8192",
        "smollm2-135m, 30, 576, 576, 1536",
        "mistral-7b-v0.1, 32, 4096, 4096, 14336",
        "mistral-7b-v0.3, 32, 4096, 4096, 14336",
        "qwen2-0.5b, 24, 896, 896, 4864",
        "qwen2.5-7b-yarn, 28, 3584, 3584, 18944",
        "qwen3-0.6b, 28, 1024, 2048, 3072",
        "gemma-2b, 18, 2048, 2048, 16384",
        "gemma-2-2b, 26, 2304, 2048, 9216",
        "gemma-3-1b-pt, 26, 1152, 1024, 6912",
        "gemma-3-4b-pt, 34, 2560, 2048, 10240"
    })
    void areRead(String name, int layers, int stream, int heads, int neurons) throws IOException {
        // Given
        try (InputStream config = getClass().getResourceAsStream("/released/" + name + ".json")) {
            Files.copy(config, folder.resolve("config.json"));
        }

        // When
        ModelSites sites = ModelSites.read(new ModelFiles.Local(folder));

        // Then
        assertThat(sites.layers()).isEqualTo(layers);
        SiteWidths widths = sites.widths();
        assertThat(widths.stream()).isEqualTo(stream);
        assertThat(widths.heads()).isEqualTo(heads);
        assertThat(widths.neurons()).isEqualTo(neurons);
    }
}
