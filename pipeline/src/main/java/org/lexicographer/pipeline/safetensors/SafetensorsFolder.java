package org.lexicographer.pipeline.safetensors;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The weights of a Hugging Face folder: {@code model.safetensors}, or the files that {@code
 * model.safetensors.index.json} names, as one source.
 */
public final class SafetensorsFolder implements TensorSource {

    private static final String SINGLE_FILE = "model.safetensors";
    private static final String INDEX_FILE = "model.safetensors.index.json";

    private final SortedMap<String, SafetensorsFile> fileOfTensor = new TreeMap<>();
    private final SortedMap<String, SafetensorsFile> files = new TreeMap<>();

    private SafetensorsFolder() {}

    /**
     * Maps the folder's weights into memory. Where both layouts are present, the single file
     * counts.
     *
     * @throws IOException when a file can't be read
     * @throws SafetensorsException when a file is malformed, the folder has no weights, or its
     *     index names a file outside the folder, one that is missing, or one without the tensor
     */
    public static SafetensorsFolder open(Path folder) throws IOException {
        SafetensorsFolder tensors = new SafetensorsFolder();
        boolean opened = false;
        try {
            tensors.openAll(folder);
            opened = true;
            return tensors;
        } finally {
            if (!opened) {
                tensors.close();
            }
        }
    }

    private void openAll(Path folder) throws IOException {
        Path single = folder.resolve(SINGLE_FILE);
        Path index = folder.resolve(INDEX_FILE);
        if (Files.exists(single)) {
            SafetensorsFile file = openFile(single);
            file.names().forEach(name -> fileOfTensor.put(name, file));
        } else if (Files.exists(index)) {
            for (var entry : SafetensorsIndex.read(index).entrySet()) {
                fileOfTensor.put(entry.getKey(), shard(folder, entry.getValue(), entry.getKey()));
            }
        } else {
            throw new SafetensorsException(
                    "no weights in the folder: expected=%s or %s, folder=%s"
                            .formatted(SINGLE_FILE, INDEX_FILE, folder));
        }
    }

    private SafetensorsFile shard(Path folder, String fileName, String tensor) throws IOException {
        SafetensorsFile file = files.get(fileName);
        if (file == null) {
            file = openFile(folder.resolve(fileName));
        }
        if (!file.names().contains(tensor)) {
            throw new SafetensorsException(
                    "tensor missing from the file that the index names: tensor=%s, file=%s"
                            .formatted(tensor, folder.resolve(fileName)));
        }
        return file;
    }

    private SafetensorsFile openFile(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new SafetensorsException(
                    "file missing that the index names: file=%s".formatted(path));
        }
        SafetensorsFile file = SafetensorsFile.open(path);
        files.put(path.getFileName().toString(), file);
        return file;
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(fileOfTensor.keySet());
    }

    @Override
    public TensorEntry entry(String name) {
        return file(name).entry(name);
    }

    /** Returns the texts of all files' headers; of several under one key, one. */
    @Override
    public Map<String, String> metadata() {
        SortedMap<String, String> all = new TreeMap<>();
        files.values().forEach(file -> all.putAll(file.metadata()));
        return Collections.unmodifiableMap(all);
    }

    @Override
    public ByteBuffer bytes(String name) {
        return file(name).bytes(name);
    }

    @Override
    public MemorySegment segment(String name) {
        return file(name).segment(name);
    }

    @Override
    public float[] floats(String name) {
        return file(name).floats(name);
    }

    @Override
    public long[] longs(String name) {
        return file(name).longs(name);
    }

    private SafetensorsFile file(String name) {
        SafetensorsFile file = fileOfTensor.get(name);
        if (file == null) {
            throw new SafetensorsException("no such tensor: tensor=" + name);
        }
        return file;
    }

    @Override
    public void close() {
        files.values().forEach(SafetensorsFile::close);
    }
}
