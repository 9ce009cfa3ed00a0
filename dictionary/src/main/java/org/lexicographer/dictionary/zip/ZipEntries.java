package org.lexicographer.dictionary.zip;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.lexicographer.dictionary.DictionaryException;

/**
 * The files in a zip, found through its central directory alone, 64-bit fields included.
 *
 * <p>Nothing is unpacked before it is asked for, and no more than the caller allows in all. Names
 * that were written with backslashes read as if with slashes. Refused, by name: names that lead out
 * of the zip's folder or are there twice, and of the entries asked for, those that are encrypted,
 * neither stored nor deflated, or other than the directory says.
 */
public final class ZipEntries {

    /** Some hundred thousand entries; a dictionary has a few dozen. */
    private static final long MAX_DIRECTORY_BYTES = 16 << 20;

    private static final int CHUNK_BYTES = 1 << 16;

    /** Weights hardly shrink, and those of dead latents are few. */
    private static final long MAX_RATIO_OF_WEIGHTS = 16;

    private static final long MIN_UNPACKED_BYTES = 1 << 20;

    /** The longest array that every JVM has. */
    private static final long MAX_ARRAY_BYTES = Integer.MAX_VALUE - 8;

    private final ByteBuffer file;
    private final ZipFile zip;
    private final Map<String, ZipArchiveEntry> entries = new LinkedHashMap<>();
    private long allowance;

    private ZipEntries(ByteBuffer file, ZipFile zip, long allowance) {
        this.file = file;
        this.zip = zip;
        this.allowance = allowance;
    }

    /**
     * Reads the directory of a zip, from the buffer's position to its limit; the bytes are not
     * copied.
     *
     * @param maxUnpackedBytes the most that may be unpacked of it, in all
     * @throws UnreadableZipException when there is no directory, or it is not well-formed
     * @throws DictionaryException when a name leads out of the folder, or is there twice
     */
    public static ZipEntries of(ByteBuffer bytes, long maxUnpackedBytes) {
        ByteBuffer file = bytes.slice().asReadOnlyBuffer();
        BufferChannel channel = new BufferChannel(file, MAX_DIRECTORY_BYTES);
        ZipEntries zip = new ZipEntries(file, open(channel), maxUnpackedBytes);
        channel.lift();
        zip.readNames();
        return zip;
    }

    /**
     * Reads the directory of a zip that holds weights, of which no more may be unpacked than
     * weights can have been packed into it.
     *
     * @param maxUnpackedBytes the most that may be unpacked of it, in all, even so
     * @throws DictionaryException as {@link #of} does
     */
    public static ZipEntries ofWeights(ByteBuffer bytes, long maxUnpackedBytes) {
        long packed = Math.max(MIN_UNPACKED_BYTES, MAX_RATIO_OF_WEIGHTS * bytes.remaining());
        return of(bytes, Math.min(packed, maxUnpackedBytes));
    }

    private static ZipFile open(BufferChannel channel) {
        try {
            return ZipFile.builder()
                    .setSeekableByteChannel(channel)
                    .setIgnoreLocalFileHeader(true)
                    .get();
        } catch (IOException | RuntimeException e) {
            // What the parser throws at bytes that are no zip is not documented.
            throw new UnreadableZipException(
                    "zip not readable: bytes=%d, reason=%s"
                            .formatted(channel.size(), e.getMessage()),
                    e);
        }
    }

    private void readNames() {
        for (Enumeration<ZipArchiveEntry> all = zip.getEntries(); all.hasMoreElements(); ) {
            ZipArchiveEntry entry = all.nextElement();
            String name = checkedName(entry.getName());
            if (!name.endsWith("/") && entries.putIfAbsent(name, entry) != null) {
                throw new DictionaryException("two zip entries named: entry=" + name);
            }
        }
    }

    private static String checkedName(String written) {
        String name = written.replace('\\', '/');
        List<String> segments = Arrays.asList(name.split("/", -1));
        boolean leadsOut =
                name.startsWith("/") || name.indexOf(':') >= 0 || segments.contains("..");
        if (leadsOut) {
            throw new DictionaryException("zip entry leads out of its folder: entry=" + written);
        }
        return String.join("/", segments.stream().filter(it -> !it.equals(".")).toList());
    }

    /** Returns the names of the files, in the order of the directory. */
    public Set<String> names() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    /** Returns the number of bytes that a file unpacks to. */
    public long size(String name) {
        return entry(name).getSize();
    }

    private ZipArchiveEntry entry(String name) {
        ZipArchiveEntry entry = entries.get(name);
        if (entry == null) {
            throw new DictionaryException("zip entry missing: entry=" + name);
        }
        return entry;
    }

    /**
     * Returns the bytes of a file, little-endian: a view of the zip where they are stored.
     *
     * @throws DictionaryException when there is none, or it cannot be unpacked within the bounds
     */
    public ByteBuffer bytes(String name) {
        ZipArchiveEntry entry = checked(entry(name));
        if (entry.getMethod() == ZipEntry.STORED) {
            return stored(entry).order(LITTLE_ENDIAN);
        }
        Unpacked bytes = new Unpacked((int) allowed(entry, MAX_ARRAY_BYTES));
        try {
            transfer(entry, bytes);
        } catch (IOException e) {
            throw damaged(entry, e);
        }
        return bytes.buffer().asReadOnlyBuffer().order(LITTLE_ENDIAN);
    }

    /**
     * What has arrived of a file. The size that the directory gives is only believed as far as
     * bytes arrive, and then never exceeded.
     */
    private static final class Unpacked extends OutputStream {

        private final int size;
        private byte[] bytes;
        private int count;

        Unpacked(int size) {
            this.size = size;
            this.bytes = new byte[Math.min(size, CHUNK_BYTES)];
        }

        @Override
        public void write(int value) {
            write(new byte[] {(byte) value}, 0, 1);
        }

        /** What is more than the size is counted by the caller, and not kept. */
        @Override
        public void write(byte[] chunk, int offset, int length) {
            int kept = Math.min(length, size - count);
            if (kept > bytes.length - count) {
                long larger = Math.max(2L * bytes.length, count + kept);
                bytes = Arrays.copyOf(bytes, (int) Math.min(size, larger));
            }
            System.arraycopy(chunk, offset, bytes, count, kept);
            count += kept;
        }

        ByteBuffer buffer() {
            return ByteBuffer.wrap(bytes, 0, count);
        }
    }

    /**
     * Writes the bytes of a file.
     *
     * @throws IOException when the target fails
     * @throws DictionaryException when there is none, or it cannot be unpacked within the bounds
     */
    public void writeTo(String name, OutputStream target) throws IOException {
        ZipArchiveEntry entry = checked(entry(name));
        allowed(entry, Long.MAX_VALUE);
        transfer(entry, target);
    }

    private ZipArchiveEntry checked(ZipArchiveEntry entry) {
        if (entry.getGeneralPurposeBit().usesEncryption()) {
            throw new DictionaryException("zip entry encrypted: entry=" + entry.getName());
        }
        if (entry.getMethod() != ZipEntry.STORED && entry.getMethod() != ZipEntry.DEFLATED) {
            throw new DictionaryException(
                    "zip entry must be stored or deflated: entry=%s, method=%d"
                            .formatted(entry.getName(), entry.getMethod()));
        }
        return entry;
    }

    private long allowed(ZipArchiveEntry entry, long most) {
        long limit = Math.min(allowance, most);
        if (entry.getSize() < 0 || entry.getSize() > limit) {
            throw new DictionaryException(
                    "zip entry unpacks to too much: limit=%d, found=%d, entry=%s"
                            .formatted(limit, entry.getSize(), entry.getName()));
        }
        allowance -= entry.getSize();
        return entry.getSize();
    }

    private ByteBuffer stored(ZipArchiveEntry entry) {
        try (InputStream raw = zip.getRawInputStream(entry)) {
            long start = entry.getDataOffset();
            long size = entry.getSize();
            if (raw == null || start < 0 || size < 0 || start > file.limit() - size) {
                throw damaged(entry, null);
            }
            ByteBuffer bytes = file.slice((int) start, (int) size);
            CRC32 crc = new CRC32();
            crc.update(bytes.duplicate());
            checkSum(entry, crc.getValue(), size);
            return bytes;
        } catch (IOException | IllegalArgumentException e) {
            throw damaged(entry, e);
        }
    }

    private void transfer(ZipArchiveEntry entry, OutputStream target) throws IOException {
        CRC32 crc = new CRC32();
        long size = 0;
        byte[] chunk = new byte[CHUNK_BYTES];
        try (InputStream in = new CheckedInputStream(opened(entry), crc)) {
            int count = read(entry, in, chunk);
            while (count >= 0 && size <= entry.getSize()) {
                size += count;
                target.write(chunk, 0, count);
                count = read(entry, in, chunk);
            }
        }
        checkSum(entry, crc.getValue(), size);
    }

    private InputStream opened(ZipArchiveEntry entry) {
        try {
            return zip.getInputStream(entry);
        } catch (IOException | IllegalArgumentException e) {
            throw damaged(entry, e);
        }
    }

    private static int read(ZipArchiveEntry entry, InputStream in, byte[] chunk) {
        try {
            return in.read(chunk);
        } catch (IOException | IllegalArgumentException e) {
            throw damaged(entry, e);
        }
    }

    private static void checkSum(ZipArchiveEntry entry, long crc, long size) {
        if (crc != entry.getCrc() || size != entry.getSize()) {
            throw new DictionaryException(
                    "zip entry damaged: expected bytes=%d, CRC-32=%08x, found bytes=%d, CRC-32=%08x, entry=%s"
                            .formatted(
                                    entry.getSize(), entry.getCrc(), size, crc, entry.getName()));
        }
    }

    private static DictionaryException damaged(ZipArchiveEntry entry, Exception cause) {
        return new DictionaryException("zip entry damaged: entry=" + entry.getName(), cause);
    }
}
