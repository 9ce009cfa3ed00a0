package org.lexicographer.dictionary.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.dictionary.exchange.folder.LoadedDictionary;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;

/**
 * Folders that SAELens and sparsify saved themselves, by src/test/python/make_tool_folders.py, and
 * folders as others publish them, by make_published_folders.py.
 */
class ToolFoldersTest {

    /** Float32 sums of products of up to about 50, in another order. */
    private static final float ROUNDING = 5e-5f;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sae_lens_standard",
                "sae_lens_gated",
                "sae_lens_jumprelu",
                "sae_lens_topk",
                "sae_lens_transcoder",
                "sparsify_autoencoder",
                "sparsify_transcoder",
                "gemma_scope",
                "gemma_scope_2",
                "llama_scope_jumprelu",
                "llama_scope_relu",
                "llama_scope_topk",
                "llama_scope_transcoder"
            })
    void computesWhatTheToolComputes(String name) throws Exception {
        // Given
        Path folder = Path.of(ToolFoldersTest.class.getResource("/tools/" + name).toURI());
        try (NDManager manager = NDManager.newBaseManager();
                LoadedDictionary loaded = Dictionaries.load(folder, manager);
                SafetensorsFile expected =
                        SafetensorsFile.open(folder.resolve("expected.safetensors"))) {
            float[] x = expected.floats("x");
            int width = loaded.dictionary().inputDim();
            NDArray activations = manager.create(x, new Shape(x.length / width, width)); // (N, D)

            // When
            NDArray latents = loaded.dictionary().encode(activations); // (N, F)
            NDArray reconstruction = loaded.dictionary().decode(latents); // (N, Dout)

            // Then
            assertClose(latents, expected.floats("latents"));
            assertClose(reconstruction, expected.floats("reconstruction"));
        }
    }

    private static void assertClose(NDArray found, float[] expected) {
        assertThat(found.toFloatArray())
                .usingComparatorWithPrecision(ROUNDING)
                .containsExactly(expected);
    }
}
