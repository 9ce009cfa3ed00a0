package org.lexicographer.kernel.program;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript module without parameters in the format that {@code torch.jit.load} reads: a zip of
 * stored entries with the code as text and an empty object of the code's class as a pickle
 * (PyTorch's {@code torch/csrc/jit/docs/serialization.md}).
 */
final class TorchArchive {

    private static final String CLASS =
            """
            class Program(Module):
              __parameters__ = []
              __buffers__ = []
            """;

    /** Whose operators the code means: with an older number GELU takes no approximation. */
    private static final String OPERATORS = "10\n";

    /** Protocol 2: global __torch__.Program, (), NEWOBJ, {}, BUILD, STOP. */
    private static final byte[] OBJECT = pickle("c__torch__\nProgram\n)\u0081}b.");

    /** Protocol 2: (), STOP. */
    private static final byte[] NO_CONSTANTS = pickle(").");

    private TorchArchive() {}

    /** Returns the archive of a class with the given methods, each indented by two spaces. */
    static byte[] of(String methods) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            store(zip, "version", OPERATORS.getBytes(US_ASCII));
            store(zip, "byteorder", "little".getBytes(US_ASCII));
            store(zip, "data.pkl", OBJECT);
            store(zip, "constants.pkl", NO_CONSTANTS);
            store(zip, "code/__torch__.py", (CLASS + methods).getBytes(US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException("zip in memory not written", e);
        }
        return bytes.toByteArray();
    }

    private static byte[] pickle(String operations) {
        byte[] bytes = new byte[operations.length() + 2];
        bytes[0] = (byte) 0x80;
        bytes[1] = 2;
        for (int i = 0; i < operations.length(); i++) {
            bytes[i + 2] = (byte) operations.charAt(i);
        }
        return bytes;
    }

    /** The reader maps entries where they are, so that none may be compressed. */
    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry("program/" + name);
        CRC32 checksum = new CRC32();
        checksum.update(content);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(checksum.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
