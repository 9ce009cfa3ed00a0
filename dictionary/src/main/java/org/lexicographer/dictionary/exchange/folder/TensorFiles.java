package org.lexicographer.dictionary.exchange.folder;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Weight;
import org.lexicographer.pipeline.safetensors.SafetensorsException;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;

/** Weights in safetensors files. */
public final class TensorFiles {

    private TensorFiles() {}

    /** Returns the file's content, which holds copies of the weights. */
    public static FileContent write(Map<String, Weight> weights) {
        SafetensorsWriter writer = new SafetensorsWriter();
        weights.forEach((name, weight) -> writer.addFloats(name, weight.shape(), weight.values()));
        return writer::writeTo;
    }

    /**
     * Reads the tensors of these names, as far as there are any; those of half precision are
     * widened. Others are passed over.
     *
     * @throws DictionaryException when the file is not well-formed, or a value is not finite
     */
    public static Map<String, Weight> read(String file, ByteBuffer bytes, Set<String> wanted) {
        Map<String, Weight> weights = new LinkedHashMap<>();
        try (SafetensorsFile tensors = SafetensorsFile.read(bytes)) {
            for (String name : tensors.names()) {
                if (wanted.contains(name)) {
                    Weight weight = new Weight(tensors.entry(name).shape(), tensors.floats(name));
                    weights.put(name, weight.checkedFinite(name));
                }
            }
        } catch (SafetensorsException e) {
            throw new DictionaryException(
                    "tensors not valid: file=%s, %s".formatted(file, e.getMessage()), e);
        }
        return weights;
    }
}
