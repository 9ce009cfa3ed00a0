package org.lexicographer.dictionary.torch;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.lexicographer.dictionary.DictionaryException;

/**
 * The entries of a zip in memory, found through its central directory, 64-bit fields included.
 *
 * <p>Nothing is unpacked before it is asked for. Stored entries are views of the file; what
 * deflated entries may unpack to is bounded by the file's own size.
 */
final class ZipEntries {

    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int END_64 = 0x06064b50;
    private static final int END_64_LOCATOR = 0x07064b50;
    private static final int LOCAL_BYTES = 30;
    private static final int CENTRAL_BYTES = 46;
    private static final int END_BYTES = 22;
    private static final int LOCATOR_BYTES = 20;
    private static final int END_64_BYTES = 56;
    private static final int MAX_COMMENT_BYTES = 0xffff;
    private static final int EXTRA_64 = 1;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;
    private static final int ENCRYPTED = 1;

    /** Weights hardly shrink, and those of dead latents are few. */
    private static final long MAX_RATIO = 16;

    private static final long MIN_ALLOWANCE = 1 << 20;

    private final ByteBuffer file;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private long allowance;

    private record Entry(
            String name, int method, long crc, long packedSize, long size, long offset) {}

    private ZipEntries(ByteBuffer bytes) {
        file = bytes.slice().asReadOnlyBuffer().order(LITTLE_ENDIAN);
        allowance = Math.max(MIN_ALLOWANCE, MAX_RATIO * file.limit());
    }

    /**
     * Reads the directory of a zip.
     *
     * @throws DictionaryException when it is not well-formed
     */
    static ZipEntries of(ByteBuffer bytes) {
        ZipEntries zip = new ZipEntries(bytes);
        try {
            zip.readDirectory();
        } catch (IndexOutOfBoundsException | ArithmeticException e) {
            throw new DictionaryException("zip not well-formed: " + e.getMessage(), e);
        }
        return zip;
    }

    Set<String> names() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    private void readDirectory() {
        int end = findEnd();
        long count = Short.toUnsignedInt(file.getShort(end + 10));
        long start = Integer.toUnsignedLong(file.getInt(end + 16));
        int locator = end - LOCATOR_BYTES;
        if (locator >= 0 && file.getInt(locator) == END_64_LOCATOR) {
            int end64 = checked(file.getLong(locator + 8), END_64_BYTES);
            require(file.getInt(end64) == END_64, "no 64-bit end record", end64);
            count = file.getLong(end64 + 32);
            start = file.getLong(end64 + 48);
        }
        readEntries(count, start);
    }

    private int findEnd() {
        int first = Math.max(0, file.limit() - END_BYTES - MAX_COMMENT_BYTES);
        for (int at = file.limit() - END_BYTES; at >= first; at--) {
            if (file.getInt(at) == END) {
                return at;
            }
        }
        throw new DictionaryException(
                "not a zip, as torch.save writes since version 1.6: bytes=" + file.limit());
    }

    private void readEntries(long count, long start) {
        long at = start;
        for (long i = 0; i < count; i++) {
            int header = checked(at, CENTRAL_BYTES);
            require(file.getInt(header) == CENTRAL, "no directory entry", header);
            at = readEntry(header);
        }
    }

    /** Adds an entry and returns where the next one starts. */
    private long readEntry(int header) {
        int nameBytes = Short.toUnsignedInt(file.getShort(header + 28));
        int extraBytes = Short.toUnsignedInt(file.getShort(header + 30));
        int commentBytes = Short.toUnsignedInt(file.getShort(header + 32));
        int name = checked(header + CENTRAL_BYTES, nameBytes + extraBytes + commentBytes);
        require((file.getShort(header + 8) & ENCRYPTED) == 0, "encrypted entry", header);
        ByteBuffer wide = wideFields(name + nameBytes, extraBytes);
        long size = wide(file.getInt(header + 24), wide);
        long packedSize = wide(file.getInt(header + 20), wide);
        long offset = wide(file.getInt(header + 42), wide);
        int method = Short.toUnsignedInt(file.getShort(header + 10));
        long crc = Integer.toUnsignedLong(file.getInt(header + 16));
        add(new Entry(text(name, nameBytes), method, crc, packedSize, size, offset));
        return (long) name + nameBytes + extraBytes + commentBytes;
    }

    /** Returns the field of an entry that holds what is too wide for the entry itself. */
    private ByteBuffer wideFields(int start, int bytes) {
        int at = start;
        while (at + 4 <= start + bytes) {
            int length = Short.toUnsignedInt(file.getShort(at + 2));
            if (file.getShort(at) == EXTRA_64) {
                return slice(at + 4, Math.min(length, start + bytes - at - 4));
            }
            at += 4 + length;
        }
        return slice(start, 0);
    }

    private static long wide(int narrow, ByteBuffer wide) {
        if (narrow != -1) {
            return Integer.toUnsignedLong(narrow);
        }
        if (wide.remaining() < Long.BYTES) {
            throw new DictionaryException("zip not well-formed: 64-bit field missing");
        }
        return wide.getLong();
    }

    private void add(Entry entry) {
        if (entries.putIfAbsent(entry.name(), entry) != null) {
            throw new DictionaryException("zip not well-formed: two entries named " + entry.name());
        }
    }

    /**
     * Returns the bytes of an entry, little-endian.
     *
     * @throws DictionaryException when there is none, or it cannot be unpacked within the bounds
     */
    ByteBuffer bytes(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new DictionaryException("zip entry missing: entry=" + name);
        }
        try {
            ByteBuffer bytes = unpacked(entry, packed(entry));
            checkSum(entry, bytes);
            return bytes;
        } catch (IndexOutOfBoundsException | ArithmeticException e) {
            throw new DictionaryException("zip entry not well-formed: entry=" + name, e);
        }
    }

    private ByteBuffer packed(Entry entry) {
        int header = checked(entry.offset(), LOCAL_BYTES);
        require(file.getInt(header) == LOCAL, "no entry", header);
        int skipped =
                Short.toUnsignedInt(file.getShort(header + 26))
                        + Short.toUnsignedInt(file.getShort(header + 28));
        long start = (long) header + LOCAL_BYTES + skipped;
        return slice(checked(start, entry.packedSize()), (int) entry.packedSize());
    }

    private ByteBuffer unpacked(Entry entry, ByteBuffer packed) {
        if (entry.method() == DEFLATED) {
            return inflated(entry, packed);
        }
        if (entry.method() != STORED || entry.packedSize() != entry.size()) {
            throw new DictionaryException(
                    "zip entry must be stored or deflated: entry=%s, method=%d, packed=%d, size=%d"
                            .formatted(
                                    entry.name(),
                                    entry.method(),
                                    entry.packedSize(),
                                    entry.size()));
        }
        return packed;
    }

    private ByteBuffer inflated(Entry entry, ByteBuffer packed) {
        if (entry.size() > allowance) {
            throw new DictionaryException(
                    "zip entry unpacks to too much: limit=%d, found=%d, entry=%s"
                            .formatted(allowance, entry.size(), entry.name()));
        }
        allowance -= entry.size();
        byte[] bytes = new byte[Math.toIntExact(entry.size())];
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(packed);
            int length = 0;
            int step = -1;
            while (step != 0 && length < bytes.length) {
                step = inflater.inflate(bytes, length, bytes.length - length);
                length += step;
            }
            require(length == bytes.length, "entry too short", (int) entry.offset());
        } catch (DataFormatException e) {
            throw new DictionaryException("zip entry cannot be inflated: entry=" + entry.name(), e);
        } finally {
            inflater.end();
        }
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer().order(LITTLE_ENDIAN);
    }

    private static void checkSum(Entry entry, ByteBuffer bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes.duplicate());
        if (crc.getValue() != entry.crc()) {
            throw new DictionaryException(
                    "zip entry damaged: expected CRC-32=%08x, found=%08x, entry=%s"
                            .formatted(entry.crc(), crc.getValue(), entry.name()));
        }
    }

    private String text(int start, int bytes) {
        return StandardCharsets.UTF_8.decode(slice(start, bytes)).toString();
    }

    private ByteBuffer slice(int start, int bytes) {
        return file.slice(start, bytes).order(LITTLE_ENDIAN);
    }

    /** Returns the start of a range, which must lie within the file. */
    private int checked(long start, long bytes) {
        if (start < 0 || bytes < 0 || start > file.limit() - bytes) {
            throw new DictionaryException(
                    "zip not well-formed: file bytes=%d, start=%d, bytes=%d"
                            .formatted(file.limit(), start, bytes));
        }
        return (int) start;
    }

    private static void require(boolean holds, String rule, int at) {
        if (!holds) {
            throw new DictionaryException("zip not well-formed: %s, at=%d".formatted(rule, at));
        }
    }
}
