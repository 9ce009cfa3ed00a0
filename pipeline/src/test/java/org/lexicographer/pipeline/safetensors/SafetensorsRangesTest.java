package org.lexicographer.pipeline.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SafetensorsRangesTest {

    private final List<Long> lengths = new ArrayList<>();

    private static byte[] file(int metadataCharacters) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new SafetensorsWriter()
                .metadata("about", "a".repeat(metadataCharacters))
                .addFloats("floats", List.of(4L), new float[] {0, 1, 2, 3})
                .addLongs("longs", List.of(1000L, 3L), consecutive(3000))
                .writeTo(bytes);
        return bytes.toByteArray();
    }

    private static long[] consecutive(int count) {
        long[] values = new long[count];
        Arrays.setAll(values, i -> i);
        return values;
    }

    private SafetensorsRanges open(byte[] file) {
        return SafetensorsRanges.open(
                (offset, length) -> {
                    lengths.add(length);
                    int end = (int) Math.min(file.length, offset + length);
                    return Arrays.copyOfRange(file, (int) Math.min(file.length, offset), end);
                });
    }

    @Test
    void readsTheHeaderAndThenOnlyWhatIsAskedFor() throws IOException {
        // When
        SafetensorsRanges file = open(file(10));
        long[] row = new long[3];
        file.bytes("longs", 999 * 3, 3).asLongBuffer().get(row);
        float last = file.bytes("floats", 3, 1).getFloat();

        // Then
        assertThat(file.metadata()).containsEntry("about", "a".repeat(10));
        assertThat(row).containsExactly(2997, 2998, 2999);
        assertThat(last).isEqualTo(3);
        assertThat(lengths).containsExactly(4096L, 24L, 4L);
    }

    @Test
    void readsALongHeaderInTwoReads() throws IOException {
        // When
        SafetensorsRanges file = open(file(10_000));

        // Then
        assertThat(lengths).hasSize(2);
        assertThat(file.metadata().get("about")).hasSize(10_000);
        assertThat(file.bytes("longs", 5, 1).getLong()).isEqualTo(5);
    }

    @Test
    void whatTheFileLacksIsRefused() throws IOException {
        byte[] whole = file(10);
        SafetensorsRanges file = open(Arrays.copyOf(whole, whole.length - 1));

        assertThatExceptionOfType(SafetensorsException.class)
                .isThrownBy(() -> file.bytes("floats", 2, 2))
                .withMessageContaining("file cut off: expected=8 bytes");
        assertThatExceptionOfType(SafetensorsException.class)
                .isThrownBy(() -> file.bytes("absent", 0, 1))
                .withMessageContaining("no such tensor: tensor=absent");
        assertThatThrownBy(() -> file.bytes("floats", 2, 3))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatExceptionOfType(SafetensorsException.class)
                .isThrownBy(() -> open(Arrays.copyOf(whole, 7)))
                .withMessageContaining("file too short for a header: bytes=7");
        assertThatExceptionOfType(SafetensorsException.class)
                .isThrownBy(() -> open(Arrays.copyOf(whole, 20)))
                .withMessageContaining("file cut off");
    }
}
