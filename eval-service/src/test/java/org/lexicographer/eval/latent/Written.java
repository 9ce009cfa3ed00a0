package org.lexicographer.eval.latent;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;

/** Writes files, to read them back. */
public final class Written {

    private Written() {}

    public static TensorSource file(Path folder, SafetensorsWriter content) throws IOException {
        Path file = Files.createTempFile(folder, "part", ".safetensors");
        try (OutputStream out = Files.newOutputStream(file)) {
            content.writeTo(out);
        }
        return SafetensorsFile.open(file);
    }
}
