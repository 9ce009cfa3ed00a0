package org.lexicographer.languagemodel.weights;

import java.util.Arrays;
import java.util.List;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.pipeline.safetensors.TensorSource;

/** The rule that a tensor is there in the shape that is expected of it. */
final class TensorShapes {

    private TensorShapes() {}

    static void require(TensorSource tensors, String name, long... shape) {
        List<Long> expected = Arrays.stream(shape).boxed().toList();
        if (!tensors.names().contains(name)) {
            throw new InvalidModelException(
                    "model lacks a tensor: tensor=%s, expected shape=%s".formatted(name, expected));
        }
        List<Long> found = tensors.entry(name).shape();
        if (!found.equals(expected)) {
            throw new InvalidModelException(
                    "tensor shape mismatch: expected=%s, found=%s, tensor=%s"
                            .formatted(expected, found, name));
        }
    }
}
