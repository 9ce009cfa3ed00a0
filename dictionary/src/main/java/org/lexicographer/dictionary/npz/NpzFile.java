package org.lexicographer.dictionary.npz;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Weight;
import org.lexicographer.dictionary.zip.UnreadableZipException;
import org.lexicographer.dictionary.zip.ZipEntries;

/**
 * Arrays as {@code numpy.savez} and {@code numpy.savez_compressed} write them: a zip with one file
 * {@code NAME.npy} for each, {@link NpyArray}.
 */
public final class NpzFile {

    private static final String SUFFIX = ".npy";

    private NpzFile() {}

    /**
     * Reads the arrays of these names, as far as there are any, from the buffer's position to its
     * limit; those of half or double precision become float32. Others are passed over.
     *
     * @param file what the file is called, for messages
     * @param maxUnpackedBytes the most that may be unpacked of it, in all
     * @throws DictionaryException when the bytes are no such file, or a value is not finite
     */
    public static Map<String, Weight> read(
            String file, ByteBuffer bytes, Set<String> wanted, long maxUnpackedBytes) {
        ZipEntries entries = open(file, bytes, maxUnpackedBytes);
        Map<String, Weight> weights = new LinkedHashMap<>();
        for (String entry : entries.names()) {
            if (entry.endsWith(SUFFIX)) {
                String name = entry.substring(0, entry.length() - SUFFIX.length());
                if (wanted.contains(name)) {
                    NpyArray array = NpyArray.read(name, entries.bytes(entry));
                    weights.put(name, array.weight().checkedFinite(name));
                }
            }
        }
        return weights;
    }

    private static ZipEntries open(String file, ByteBuffer bytes, long maxUnpackedBytes) {
        try {
            return ZipEntries.ofWeights(bytes, maxUnpackedBytes);
        } catch (UnreadableZipException e) {
            throw new DictionaryException(
                    "not a zip, as numpy.savez writes: file=%s, %s".formatted(file, e.getMessage()),
                    e);
        }
    }
}
