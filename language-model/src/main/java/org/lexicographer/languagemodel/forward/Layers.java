package org.lexicographer.languagemodel.forward;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.Optional;
import org.lexicographer.languagemodel.program.Bfloat16;

/** Layers of a language model, all of them or some. Threads may share them. */
public interface Layers {

    /** Returns the dimensions of the whole model. */
    ModelSize size();

    /** Returns what blocks compute with where they do in bfloat16; empty for float32. */
    Optional<Bfloat16> bfloat16();

    /** Returns where the weights of a layer are, which computes with values that are there. */
    Device device(int layer);

    /**
     * Returns a layer.
     *
     * @param layer from 0
     * @param scope whose closing ends the use of the layer: its weights need not last longer
     */
    Block block(int layer, NDManager scope);
}
