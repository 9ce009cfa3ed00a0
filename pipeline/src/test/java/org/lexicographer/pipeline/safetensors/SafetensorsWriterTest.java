package org.lexicographer.pipeline.safetensors;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SafetensorsWriterTest {

    /** What the format's own library (safetensors 0.8 for Python) writes for the same tensors. */
    private static final String GOLDEN =
            """
            10010000000000007b225f5f6d657461646174615f5f223a7b22666f726d6174223a227074227d2c
            22696473223a7b226474797065223a22493634222c227368617065223a5b325d2c22646174615f6f
            666673657473223a5b302c31365d7d2c22612e62696173223a7b226474797065223a22463332222c
            227368617065223a5b315d2c22646174615f6f666673657473223a5b31362c32305d7d2c22622e77
            6569676874223a7b226474797065223a22463332222c227368617065223a5b322c325d2c22646174
            615f6f666673657473223a5b32302c33365d7d2c2268616c66223a7b226474797065223a22463136
            222c227368617065223a5b325d2c22646174615f6f666673657473223a5b33362c34305d7d7d2020
            0700000000000000ffffffffffffffff0000803e0000803f000000c00000003f00004040003c00c0
            """;

    private static byte[] written(SafetensorsWriter writer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.writeTo(out);
        assertThat(writer.size()).isEqualTo(out.size());
        return out.toByteArray();
    }

    private static ByteBuffer shorts(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Short.BYTES).order(LITTLE_ENDIAN);
        for (int value : values) {
            bytes.putShort((short) value);
        }
        return bytes.flip();
    }

    @Test
    void writesTheBytesOfTheFormatsOwnLibrary() throws IOException {
        // Given
        SafetensorsWriter writer =
                new SafetensorsWriter()
                        .addFloats("b.weight", List.of(2L, 2L), new float[] {1f, -2f, 0.5f, 3f})
                        .metadata("format", "pt")
                        .addFloats("a.bias", List.of(1L), new float[] {0.25f})
                        .add("half", SafetensorsType.F16, List.of(2L), shorts(0x3c00, 0xc000))
                        .addLongs("ids", List.of(2L), new long[] {7, -1});

        // When
        byte[] bytes = written(writer);

        // Then
        assertThat(bytes).isEqualTo(HexFormat.of().parseHex(GOLDEN.replaceAll("\\s", "")));
    }

    @Test
    void writesTheSameBytesInWhateverOrderTensorsWereAdded() throws IOException {
        // Given
        SafetensorsWriter one =
                new SafetensorsWriter()
                        .metadata("x", "1")
                        .metadata("y", "2")
                        .addFloats("a", List.of(1L), new float[] {1f})
                        .addFloats("b", List.of(1L), new float[] {2f});
        SafetensorsWriter other =
                new SafetensorsWriter()
                        .addFloats("b", List.of(1L), new float[] {2f})
                        .addFloats("a", List.of(1L), new float[] {1f})
                        .metadata("y", "2")
                        .metadata("x", "1");

        // When, Then
        assertThat(written(one)).isEqualTo(written(other));
    }

    @ParameterizedTest
    @EnumSource(SafetensorsType.class)
    void roundTripsEveryType(SafetensorsType type) throws IOException {
        // Given
        byte[] data = new byte[6 * type.bytes()];
        new Random(1).nextBytes(data);
        SafetensorsWriter writer =
                new SafetensorsWriter()
                        .add("odd", SafetensorsType.U8, List.of(1L), ByteBuffer.allocate(1))
                        .add("x", type, List.of(2L, 3L), ByteBuffer.wrap(data));

        // When
        SafetensorsFile tensors = SafetensorsFile.read(written(writer));

        // Then
        byte[] found = new byte[data.length];
        tensors.bytes("x").get(found);
        assertThat(found).isEqualTo(data);
        assertThat(tensors.entry("x"))
                .returns(type, TensorEntry::type)
                .returns(List.of(2L, 3L), TensorEntry::shape);
        assertThat(tensors.entry("x").offset() % type.bytes()).isZero();
    }

    @Test
    void writesOnlyTheRemainingBytesAndLeavesTheBufferAlone() throws IOException {
        // Given
        ByteBuffer data =
                ByteBuffer.allocateDirect(4).put(0, (byte) 9).put(2, (byte) 5).position(2);
        SafetensorsWriter writer =
                new SafetensorsWriter().add("x", SafetensorsType.U8, List.of(2L), data);

        // When
        written(writer);
        SafetensorsFile tensors = SafetensorsFile.read(written(writer));

        // Then
        assertThat(tensors.longs("x")).containsExactly(5, 0);
        assertThat(data.position()).isEqualTo(2);
    }

    @Test
    void yieldsTheSameBytesEachTimeItIsOpened() throws IOException {
        SafetensorsWriter writer =
                new SafetensorsWriter()
                        .addFloats("a", List.of(3L), new float[] {1, 2, 3})
                        .addLongs("b", List.of(2L), new long[] {4, 5});
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        writer.writeTo(written);

        for (int opening = 0; opening < 2; opening++) {
            try (InputStream content = writer.open()) {
                int first = content.read();
                byte[] rest = content.readAllBytes();
                assertThat((byte) first).isEqualTo(written.toByteArray()[0]);
                assertThat(rest)
                        .isEqualTo(Arrays.copyOfRange(written.toByteArray(), 1, written.size()));
                assertThat(content.read()).isEqualTo(-1);
            }
        }
        assertThat(writer.size()).isEqualTo(written.size());
    }

    @Test
    void writesAFileWithoutTensors() throws IOException {
        // When
        SafetensorsFile tensors = SafetensorsFile.read(written(new SafetensorsWriter()));

        // Then
        assertThat(tensors.names()).isEmpty();
        assertThat(tensors.metadata()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"x", "__metadata__"})
    void rejectsANameThatIsTaken(String name) {
        // Given
        SafetensorsWriter writer =
                new SafetensorsWriter().addFloats("x", List.of(1L), new float[] {1f});

        // When, Then
        assertThatExceptionOfType(SafetensorsException.class)
                .isThrownBy(() -> writer.addFloats(name, List.of(1L), new float[] {1f}))
                .withMessage("tensor name is taken: tensor=" + name);
    }

    @Test
    void rejectsDataThatDoesNotFillTheShape() {
        // Given
        SafetensorsWriter writer = new SafetensorsWriter();

        // When, Then
        assertThatExceptionOfType(SafetensorsException.class)
                .isThrownBy(() -> writer.addFloats("x", List.of(3L), new float[] {1f}))
                .withMessageContaining("expected=12, found=4, tensor=x");
    }
}
