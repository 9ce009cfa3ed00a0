package org.lexicographer.languagemodel.weights;

import ai.djl.ndarray.NDArray;
import java.util.Optional;
import org.lexicographer.languagemodel.program.Bfloat16;
import org.lexicographer.languagemodel.program.Programs;

/**
 * Where a model's parts take their tensors from: an architecture asks for each by its name and
 * shape, and never looks at the elements while it puts a part together.
 */
public interface Weights {

    /** Tells whether there is such a tensor. */
    boolean has(String name);

    /** Returns the programs that compute with the tensors. */
    Programs programs();

    /** Returns what computes with the tensors where they are bfloat16; empty for float32. */
    default Optional<Bfloat16> bfloat16() {
        return programs().bfloat16();
    }

    /** Returns the weights of a part that computes in float32 whatever the others do. */
    Weights inFloat32();

    /**
     * Returns a tensor as float32 or bfloat16. Whose the array is, and how long it lasts, is the
     * implementation's to say.
     *
     * @throws org.lexicographer.languagemodel.folder.InvalidModelException when it is missing, has
     *     another shape, or a value that is not finite
     */
    NDArray take(String name, long... shape);

    /**
     * Returns a tensor of one row per token.
     *
     * @throws org.lexicographer.languagemodel.folder.InvalidModelException as {@link #take}
     */
    RowTable table(String name, long rows, long width);
}
