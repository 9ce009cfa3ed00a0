package org.lexicographer.dictionary.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.zip.UnreadableZipException;
import org.lexicographer.dictionary.zip.ZipEntries;

/**
 * A state dict as {@code torch.save} writes it: a zip with one top folder of any name.
 *
 * <pre>
 *   archive/data.pkl     a pickle: a dict from names to tensors, each a view of a storage
 *   archive/byteorder    "little"; files of older versions have none
 *   archive/data/0 ...   the storages, raw
 *   archive/version      "3"
 * </pre>
 *
 * <p>Read, whatever the device that the storages came from; other entries are passed over. Written
 * files are read by {@code torch.load(weights_only=True)}.
 */
public final class TorchFile {

    private static final String PICKLE = "data.pkl";
    private static final String BYTE_ORDER = "byteorder";
    private static final String LITTLE = "little";

    private TorchFile() {}

    /**
     * Reads the tensors of a file by name, in the order of the file. They are views of the bytes,
     * where these are not deflated.
     *
     * @throws DictionaryException when the bytes are no such file, or name anything but tensors
     */
    public static Map<String, TorchTensor> read(byte[] bytes) {
        return read(ByteBuffer.wrap(bytes), Long.MAX_VALUE);
    }

    /**
     * Reads the tensors of a file, from the buffer's position to its limit, as {@link
     * #read(byte[])}.
     *
     * @param maxUnpackedBytes the most that may be unpacked of it, in all
     * @throws DictionaryException when the bytes are no such file, or name anything but tensors
     */
    public static Map<String, TorchTensor> read(ByteBuffer bytes, long maxUnpackedBytes) {
        ZipEntries entries = open(bytes, maxUnpackedBytes);
        String folder = folder(entries);
        checkByteOrder(entries, folder);
        ByteBuffer pickle = entries.bytes(folder + PICKLE);
        Object root =
                PickleReader.read(pickle, new TensorBuilder(entries, folder, bytes.remaining()));
        if (root instanceof StateDict dict) {
            return dict.tensors();
        }
        throw new DictionaryException(
                "not a state dict: expected=dict, found=" + root.getClass().getSimpleName());
    }

    private static ZipEntries open(ByteBuffer bytes, long maxUnpackedBytes) {
        try {
            return ZipEntries.ofWeights(bytes, maxUnpackedBytes);
        } catch (UnreadableZipException e) {
            throw new DictionaryException(
                    "not a zip, as torch.save writes since version 1.6: " + e.getMessage(), e);
        }
    }

    private static String folder(ZipEntries entries) {
        List<String> pickles =
                entries.names().stream().filter(name -> name.endsWith("/" + PICKLE)).toList();
        if (pickles.size() != 1) {
            throw new DictionaryException(
                    "no file of torch.save: expected=one FOLDER/data.pkl, found=" + pickles.size());
        }
        String name = pickles.getFirst();
        return name.substring(0, name.length() - PICKLE.length());
    }

    private static void checkByteOrder(ZipEntries entries, String folder) {
        if (!entries.names().contains(folder + BYTE_ORDER)) {
            return;
        }
        ByteBuffer bytes = entries.bytes(folder + BYTE_ORDER);
        String order = StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
        if (!order.equals(LITTLE)) {
            throw new DictionaryException(
                    "byte order mismatch: expected=little, found bytes=" + bytes.limit());
        }
    }

    /** Returns the bytes of a file that holds the tensors in the order of the map. */
    public static byte[] write(Map<String, TorchTensor> tensors) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            write(tensors, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * Writes a file that holds the tensors in the order of the map; the stream is flushed and stays
     * open.
     *
     * @throws IOException when the stream fails
     * @throws DictionaryException when they are too many for one file
     */
    public static void write(Map<String, TorchTensor> tensors, OutputStream out)
            throws IOException {
        new TorchFileWriter(out).write(tensors);
    }
}
