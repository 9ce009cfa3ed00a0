package org.lexicographer.dictionary.exchange;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import org.lexicographer.dictionary.exchange.folder.LoadedDictionary;

/** The example of the README, as it stands there. */
final class UsageExample {

    private UsageExample() {}

    static float[] reconstruct(Path folder, float[] row) throws IOException {
        // example
        try (NDManager manager = NDManager.newBaseManager();
                LoadedDictionary loaded = Dictionaries.load(folder, manager)) {
            NDArray activations = manager.create(row, new Shape(1, row.length)); // (N, D)
            NDArray latents = loaded.dictionary().encode(activations); // (N, F)
            NDArray reconstruction = loaded.dictionary().decode(latents); // (N, D)
            return reconstruction.toFloatArray();
        }
        // end
    }
}
