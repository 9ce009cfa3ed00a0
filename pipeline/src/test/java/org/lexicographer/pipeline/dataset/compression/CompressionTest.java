package org.lexicographer.pipeline.dataset.compression;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompressionTest {

    private static final long ALL_WINDOWS = 1L << 31;

    /** Where the header of a frame without a single segment says how large its window is. */
    private static final int WINDOW_DESCRIPTOR = 5;

    /** Letters that do not compress to nothing. */
    private static byte[] letters(int length) {
        byte[] letters = new byte[length];
        Random random = new Random(1);
        for (int i = 0; i < length; i++) {
            letters[i] = (byte) ('a' + random.nextInt(26));
        }
        return letters;
    }

    private static byte[] compressed(Compression compression, byte[] content) {
        return switch (compression) {
            case NONE -> content;
            case GZIP -> gzip(content);
            case ZSTD -> Zstd.compress(content);
        };
    }

    private static byte[] gzip(byte[] content) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }

    private static byte[] join(byte[]... files) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] file : files) {
            joined.writeBytes(file);
        }
        return joined.toByteArray();
    }

    private static byte[] read(Compression compression, byte[] file) throws IOException {
        return read(compression, file, ALL_WINDOWS);
    }

    private static byte[] read(Compression compression, byte[] file, long window)
            throws IOException {
        try (InputStream content = compression.open(new ByteArrayInputStream(file), window)) {
            return content.readAllBytes();
        }
    }

    /** Reads until the break and returns what came before it. */
    private static byte[] readBeforeBreak(Compression compression, byte[] file, int atATime) {
        ByteArrayOutputStream found = new ByteArrayOutputStream();
        byte[] buffer = new byte[atATime];
        try (InputStream content = compression.open(new ByteArrayInputStream(file), ALL_WINDOWS)) {
            int count = content.read(buffer);
            while (count >= 0) {
                found.write(buffer, 0, count);
                count = content.read(buffer);
            }
        } catch (IOException broken) {
            return found.toByteArray();
        }
        throw new AssertionError("taken for whole: found=%d bytes".formatted(found.size()));
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZSTD"})
    void takesNoFileThatIsCutAnywhereForAWholeOne(Compression compression) {
        byte[] one = compressed(compression, letters(300));
        byte[] two = join(one, one);

        for (int length = 1; length < two.length; length++) {
            if (length != one.length) {
                byte[] before = readBeforeBreak(compression, Arrays.copyOf(two, length), 1 << 16);
                assertThat(before).as("length=%d", length).hasSizeLessThanOrEqualTo(600);
                assertThat(before.length)
                        .as("length=%d", length)
                        .isGreaterThanOrEqualTo(length > one.length ? 300 : 0);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"GZIP, 1", "GZIP, 100", "GZIP, 1048576", "ZSTD, 1", "ZSTD, 100", "ZSTD, 1048576"})
    void handsOutWhatPrecedesGarbageHoweverMuchIsReadAtATime(Compression compression, int atATime) {
        byte[] content = letters(5000);
        byte[] file = join(compressed(compression, content), "garbage".getBytes(US_ASCII));

        assertThat(readBeforeBreak(compression, file, atATime)).isEqualTo(content);
    }

    @Test
    void handsOutWhatPrecedesCorruptionWithinAMember() {
        byte[] content = letters(200_000);
        byte[] file = gzip(content);
        Arrays.fill(file, file.length / 2, file.length / 2 + 64, (byte) 0xff);

        byte[] before = readBeforeBreak(Compression.GZIP, file, 1 << 20);

        // Damage is not noticed at once, so that a little of what is handed out may be wrong.
        assertThat(before).hasSizeGreaterThan(80_000);
        assertThat(Arrays.copyOf(before, 80_000)).isEqualTo(Arrays.copyOf(content, 80_000));
    }

    @Test
    void handsOutEveryBlockBeforeACorruptOne() {
        byte[] content = letters(400_000);
        byte[] file = Zstd.compress(content);
        int last = lastBlock(file);
        Arrays.fill(file, last, last + 5, (byte) 0xff);

        byte[] before = readBeforeBreak(Compression.ZSTD, file, 1 << 20);

        // A block holds 128 KiB at most; three of them precede the last one.
        assertThat(before).hasSizeGreaterThanOrEqualTo(3 << 17);
        assertThat(Arrays.copyOf(before, 3 << 17)).isEqualTo(Arrays.copyOf(content, 3 << 17));
    }

    /** Returns where the content of a frame's last block begins; its header ends with 4 bytes. */
    private static int lastBlock(byte[] frame) {
        int content = 4 + 1 + 4 + 3;
        while ((frame[content - 3] & 1) == 0) {
            int header =
                    Byte.toUnsignedInt(frame[content - 3])
                            | Byte.toUnsignedInt(frame[content - 2]) << 8
                            | Byte.toUnsignedInt(frame[content - 1]) << 16;
            content += (header >> 3) + 3;
        }
        return content;
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZSTD"})
    void readsSeveralMembersAndFrames(Compression compression) throws IOException {
        byte[] content = letters(1000);
        byte[] one = compressed(compression, content);
        byte[] none = compressed(compression, new byte[0]);

        assertThat(read(compression, join(one, none, one))).isEqualTo(join(content, content));
    }

    @Test
    void passesOverSkippableFrames() throws IOException {
        byte[] content = letters(1000);
        byte[] skippable = {0x5e, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3};
        byte[] empty = {0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0};
        byte[] frame = Zstd.compress(content);

        assertThat(read(Compression.ZSTD, join(skippable, frame, empty, frame, skippable)))
                .isEqualTo(join(content, content));
        assertThat(read(Compression.ZSTD, skippable)).isEmpty();
    }

    @Test
    void saysThatAFileIsNoZstd() {
        assertThatThrownBy(() -> read(Compression.ZSTD, gzip(letters(10))))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("not a zstd frame: expected=fd2fb528, found=");
    }

    @Test
    void saysThatAChecksumIsWrong() {
        byte[] file = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0x24, 1, 9, 0, 0, 'a', 1, 2, 3, 4};

        assertThatThrownBy(() -> read(Compression.ZSTD, file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("zstd frame corrupt: reason=")
                .hasMessageContaining("checksum");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x88, 0x90, 0x98, 0xa0, 0xa8})
    void readsFramesWithLargeWindows(int descriptor) throws IOException {
        byte[] file = largeWindow();
        file[WINDOW_DESCRIPTOR] = (byte) descriptor;

        byte[] content = read(Compression.ZSTD, file);

        assertThat(content).hasSize(139_312);
        assertThat(new String(content, US_ASCII)).startsWith("{\"text\": \"").endsWith("\"}\n");
    }

    @ParameterizedTest
    @CsvSource({
        "a8, 1073741824, 1073741824, 2147483648",
        "90, 134217728, 134217728, 268435456",
        "a9, 2147483648, 2147483648, 2415919104",
        "ff, 9223372036854775807, 2147483648, 4123168604160"
    })
    void namesWindowAndLimitOfAFrameThatRefersTooFarBack(
            String descriptor, long limit, long most, long found) throws IOException {
        byte[] file = largeWindow();
        file[WINDOW_DESCRIPTOR] = (byte) Integer.parseInt(descriptor, 16);

        assertThatThrownBy(() -> read(Compression.ZSTD, file, limit))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "zstd window too large: most=%d bytes, found=%d bytes"
                                .formatted(most, found));
    }

    /** 200 documents in a frame whose header asks for a window of 2 GiB. */
    private static byte[] largeWindow() throws IOException {
        try (InputStream file =
                CompressionTest.class.getResourceAsStream("/dataset/window-2-31.jsonl.zst")) {
            return file.readAllBytes();
        }
    }
}
