package org.lexicographer.dictionary.exchange;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Weight;
import org.lexicographer.pipeline.safetensors.SafetensorsException;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;

/** Weights in safetensors files. */
final class TensorFiles {

    private TensorFiles() {}

    /** The content keeps copies, and no longer needs the weights. */
    static FileContent write(Map<String, Weight> weights) {
        SafetensorsWriter writer = new SafetensorsWriter();
        weights.forEach((name, weight) -> writer.addFloats(name, weight.shape(), weight.values()));
        return writer::writeTo;
    }

    /** Reads all tensors; those of half precision are widened. */
    static Map<String, Weight> read(String file, ByteBuffer bytes) {
        Map<String, Weight> weights = new LinkedHashMap<>();
        try (SafetensorsFile tensors = SafetensorsFile.read(bytes)) {
            for (String name : tensors.names()) {
                weights.put(name, new Weight(tensors.entry(name).shape(), tensors.floats(name)));
            }
        } catch (SafetensorsException e) {
            throw new DictionaryException(
                    "tensors not valid: file=%s, %s".formatted(file, e.getMessage()), e);
        }
        return weights;
    }
}
