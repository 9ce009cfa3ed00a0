package org.lexicographer.dictionary.torch;

import java.util.LinkedHashMap;
import java.util.Map;
import org.lexicographer.dictionary.DictionaryException;

/** A dict as a pickle builds it, in the order of its keys' first appearance. */
final class StateDict {

    private final Map<String, Object> values = new LinkedHashMap<>();

    void put(String key, Object value) {
        values.put(key, value);
    }

    /**
     * Returns the values, all of which must be tensors.
     *
     * @throws DictionaryException naming the first that is none
     */
    Map<String, TorchTensor> tensors() {
        Map<String, TorchTensor> tensors = new LinkedHashMap<>();
        values.forEach((key, value) -> tensors.put(key, tensor(key, value)));
        return tensors;
    }

    private static TorchTensor tensor(String key, Object value) {
        if (value instanceof TorchTensor tensor) {
            return tensor;
        }
        throw new DictionaryException(
                "not the weights alone: expected=tensor, found=%s, key=%s"
                        .formatted(value.getClass().getSimpleName(), key));
    }
}
