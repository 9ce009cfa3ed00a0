package org.lexicographer.dictionary.torch;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.zip.ZipEntries;
import org.lexicographer.pipeline.safetensors.SafetensorsType;

/** Finds the storages that a pickle refers to among the entries of its zip. */
final class TensorBuilder {

    private static final Map<String, SafetensorsType> TYPES =
            Map.of(
                    "torch DoubleStorage", SafetensorsType.F64,
                    "torch FloatStorage", SafetensorsType.F32,
                    "torch HalfStorage", SafetensorsType.F16,
                    "torch BFloat16Storage", SafetensorsType.BF16,
                    "torch LongStorage", SafetensorsType.I64,
                    "torch IntStorage", SafetensorsType.I32,
                    "torch ShortStorage", SafetensorsType.I16,
                    "torch CharStorage", SafetensorsType.I8,
                    "torch ByteStorage", SafetensorsType.U8,
                    "torch BoolStorage", SafetensorsType.BOOL);

    private final ZipEntries entries;
    private final long fileBytes;
    private final String folder;
    private final Map<String, ByteBuffer> storages = new HashMap<>();

    /** A storage: elements of one type. */
    record Storage(SafetensorsType type, ByteBuffer bytes) {}

    /**
     * Finds storages of one file.
     *
     * @param fileBytes the size of the file
     */
    TensorBuilder(ZipEntries entries, String folder, long fileBytes) {
        this.fileBytes = fileBytes;
        this.entries = entries;
        this.folder = folder;
    }

    static boolean isStorageType(String name) {
        return TYPES.containsKey(name);
    }

    /** Returns the name of the storage type of these elements. */
    static String storageType(SafetensorsType type) {
        return TYPES.entrySet().stream()
                .filter(entry -> entry.getValue() == type)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new DictionaryException("no storage type: type=" + type));
    }

    Storage storage(String typeName, String key, long elements) {
        SafetensorsType type = TYPES.get(typeName);
        if (type == null) {
            throw new DictionaryException("no storage type: found=" + typeName);
        }
        ByteBuffer bytes =
                storages.computeIfAbsent(key, name -> entries.bytes(folder + "data/" + name));
        if (elements < 0 || elements != bytes.limit() / type.bytes()) {
            throw new DictionaryException(
                    "storage size mismatch: expected=%d x %s, found=%d bytes, storage=%s"
                            .formatted(elements, type, bytes.limit(), key));
        }
        return new Storage(type, bytes);
    }

    /** Refuses a view that repeats a few elements until they fill the memory. */
    TorchTensor bounded(TorchTensor tensor) {
        long limit = Math.max(fileBytes, tensor.storage().limit() / tensor.type().bytes());
        if (tensor.elements() > limit) {
            throw new DictionaryException(
                    "tensor repeats its storage too often: elements=%d, file bytes=%d, shape=%s"
                            .formatted(tensor.elements(), fileBytes, tensor.shape()));
        }
        return tensor;
    }
}
