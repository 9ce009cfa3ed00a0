package org.lexicographer.eval.latent.companion;

import java.nio.IntBuffer;
import org.lexicographer.eval.latent.column.ColumnsReader;
import org.lexicographer.eval.latent.column.ColumnsWriter;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;

/** The columns of which latents are active on the tokens of a part of a text. */
public final class CoActivationFile {

    private CoActivationFile() {}

    /**
     * Adds a part's tokens to a file.
     *
     * @param prefix what the columns' names begin with
     */
    public static void write(SafetensorsWriter file, String prefix, CoActivation together) {
        ColumnsWriter out = new ColumnsWriter(file, prefix + "tokens.");
        out.add("size", new int[] {together.dictionarySize(), together.tokens()});
        out.add("latents", together.latents());
        out.add("ends", together.tokenEnds());
    }

    /** Returns the tokens of a part. */
    public static CoActivation read(TensorSource file, String prefix) {
        ColumnsReader in = new ColumnsReader(file, prefix + "tokens.");
        IntBuffer size = in.ints("size");
        CoActivation together = new CoActivation(size.get());
        together.add(size.get(), in.ints("latents"), in.ints("ends"));
        return together;
    }
}
