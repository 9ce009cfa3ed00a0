package org.lexicographer.dictionary.zip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.dictionary.DictionaryException;

class ZipEntriesTest {

    private static final long MAX_BYTES = 1000;
    private static final byte[] CONTENT = "some bytes, some bytes, some bytes".getBytes(UTF_8);
    private static final byte[] CENTRAL = {'P', 'K', 1, 2};

    /** Where an entry of the directory holds its flags, its method and its size. */
    private static final int FLAGS = 8;

    private static final int METHOD = 10;
    private static final int SIZE = 24;

    private static final long FORGED_BYTES = 1 << 29;

    private static byte[] zip(Zip64Mode mode, String comment, String... names) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(bytes)) {
            zip.setUseZip64(mode);
            zip.setComment(comment);
            for (String name : names) {
                zip.putArchiveEntry(new ZipArchiveEntry(name));
                zip.write(CONTENT);
                zip.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] zip(String... names) throws IOException {
        return zip(Zip64Mode.AsNeeded, "", names);
    }

    private static ZipEntries open(byte[] zip) {
        return ZipEntries.of(ByteBuffer.wrap(zip), MAX_BYTES);
    }

    private static byte[] read(byte[] zip, String name) {
        ByteBuffer content = open(zip).bytes(name);
        byte[] bytes = new byte[content.remaining()];
        content.get(bytes);
        return bytes;
    }

    /** Returns the same with two bytes of the first entry of the directory replaced. */
    private static byte[] withDirectory(byte[] zip, int field, int value) {
        int start = 0;
        while (!Arrays.equals(Arrays.copyOfRange(zip, start, start + 4), CENTRAL)) {
            start++;
        }
        byte[] changed = zip.clone();
        ByteBuffer.wrap(changed)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(start + field, (short) value);
        return changed;
    }

    private static void assertRefused(byte[] zip, String reason) {
        assertThatThrownBy(() -> open(zip).bytes("a"))
                .isInstanceOf(DictionaryException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void readsZipsWithWideFieldsACommentAndBytesBefore() throws IOException {
        assertThat(read(zip("a", "b"), "b")).isEqualTo(CONTENT);
        assertThat(read(zip(Zip64Mode.Always, "", "a"), "a")).isEqualTo(CONTENT);
        assertThat(read(zip(Zip64Mode.AsNeeded, "what a zip", "a"), "a")).isEqualTo(CONTENT);
        byte[] before = zip("a");
        byte[] prefixed = new byte[before.length + 99];
        System.arraycopy(before, 0, prefixed, 99, before.length);
        assertThat(read(prefixed, "a")).isEqualTo(CONTENT);
    }

    @Test
    void takesBackslashesForSlashesAndPassesFoldersOver() throws IOException {
        assertThat(open(zip("sae\\", "sae\\a", "./b", "c/")).names()).containsExactly("sae/a", "b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../a", "b/../../a", "/a", "\\a", "C:/a", "C:\\a", "b\\..\\a"})
    void refusesNamesThatLeadOut(String name) throws IOException {
        byte[] zip = zip(name);

        assertThatThrownBy(() -> open(zip))
                .isInstanceOf(DictionaryException.class)
                .hasMessageContaining("zip entry leads out of its folder");
    }

    @Test
    void refusesTwoEntriesOfOneName() throws IOException {
        assertRefused(zip("a", "a"), "two zip entries named: entry=a");
        assertRefused(zip("sae/a", "sae\\a"), "two zip entries named: entry=sae/a");
    }

    @Test
    void refusesWhatItCannotUnpack() throws IOException {
        assertRefused(withDirectory(zip("a"), FLAGS, 1), "zip entry encrypted: entry=a");
        assertRefused(withDirectory(zip("a"), METHOD, 9), "method=9");
        assertRefused(withDirectory(zip("a"), METHOD, 93), "method=93");
        assertRefused(zip("b"), "zip entry missing: entry=a");
    }

    @Test
    void unpacksNoMoreThanTheDirectorySaysAndTheCallerAllows() throws IOException {
        assertRefused(withDirectory(zip("a"), SIZE, 2000), "zip entry unpacks to too much");
        assertRefused(withDirectory(zip("a"), SIZE, 3), "zip entry damaged");
        assertRefused(withDirectory(zip("a"), SIZE, 99), "zip entry damaged");
    }

    /** A directory of a few bytes may say that a file has half a gigabyte. */
    @Test
    void allocatesNoMoreThanArrives() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] forged = withSize(zip("a"), FORGED_BYTES);
        ZipEntries entries = ZipEntries.of(ByteBuffer.wrap(forged), Long.MAX_VALUE);

        long before = threads.getCurrentThreadAllocatedBytes();
        assertThatThrownBy(() -> entries.bytes("a"))
                .isInstanceOf(DictionaryException.class)
                .hasMessageContaining("zip entry damaged");
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(FORGED_BYTES / 16);
    }

    @Test
    void refusesMoreThanAnArrayHolds() throws IOException {
        byte[] forged = withSize(zip("a"), 3L << 30);
        ZipEntries entries = ZipEntries.of(ByteBuffer.wrap(forged), Long.MAX_VALUE);

        assertThatThrownBy(() -> entries.bytes("a"))
                .isInstanceOf(DictionaryException.class)
                .hasMessageContaining("zip entry unpacks to too much");
    }

    private static byte[] withSize(byte[] zip, long size) {
        byte[] low = withDirectory(zip, SIZE, (int) (size & 0xffff));
        return withDirectory(low, SIZE + 2, (int) (size >> 16));
    }

    @Test
    void readsWhatIsLargerThanWhatArrivesAtOnce() throws IOException {
        byte[] content = new byte[1_000_003];
        new Random(1).nextBytes(content);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(bytes)) {
            zip.putArchiveEntry(new ZipArchiveEntry("a"));
            zip.write(content);
            zip.closeArchiveEntry();
        }

        ByteBuffer read =
                ZipEntries.of(ByteBuffer.wrap(bytes.toByteArray()), content.length).bytes("a");

        assertThat(read).isEqualTo(ByteBuffer.wrap(content));
    }

    @Test
    void refusesWhatHasNoWholeDirectory() throws IOException {
        byte[] zip = zip("a");
        for (int length : new int[] {0, 1, 30, zip.length / 2, zip.length - 1}) {
            assertThatThrownBy(() -> open(Arrays.copyOf(zip, length)))
                    .isInstanceOf(UnreadableZipException.class)
                    .hasMessageStartingWith("zip not readable: bytes=" + length);
        }
    }
}
