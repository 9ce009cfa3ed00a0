package org.lexicographer.pipeline.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.lexicographer.pipeline.block.ActivationBlockFormat.WholeBlock;
import org.lexicographer.pipeline.run.RunSpec.ActivationType;

class ActivationBlockFormatTest {

    /** The second of three parts; the checksum was computed by another implementation. */
    private static final String GOLDEN_FLOAT32 =
            """
            4c584142 0200 0000 a84f1551                magic "LXAB", version, reserved, checksum
            02000000                                   activationDim 2
            0201000000000000                           sequence 258
            01000000 03000000                          part 1 of 3
            02000000 00000000                          rows 2, type float32
            00000000                                   excluded 0
            0000803f 000020c0                          1, -2.5
            cdcccc3d e6b1617f                          0.1, 3e38
            """;

    /** The same in version 1, as it was written before rows could be left out. */
    private static final String GOLDEN_VERSION_1 =
            """
            4c584142 0100 0000 fe66cebe                magic "LXAB", version, reserved, checksum
            02000000                                   activationDim 2
            0201000000000000                           sequence 258
            01000000 03000000                          part 1 of 3
            02000000 00000000                          rows 2, type float32
            0000803f 000020c0                          1, -2.5
            cdcccc3d e6b1617f                          0.1, 3e38
            """;

    private static final String GOLDEN_FLOAT16 =
            """
            4c584142 0200 0000 112642c1                magic "LXAB", version, reserved, checksum
            02000000                                   activationDim 2
            0201000000000000                           sequence 258
            00000000 01000000                          part 0 of 1
            02000000 01000000                          rows 2, type float16
            07000000                                   excluded 7
            003c 00c1                                  1, -2.5
            662e ff7b                                  0.1 rounded, 65504
            """;

    private static final String GOLDEN_BFLOAT16 =
            """
            4c584142 0200 0000 19f094ab                magic "LXAB", version, reserved, checksum
            02000000                                   activationDim 2
            0201000000000000                           sequence 258
            00000000 01000000                          part 0 of 1
            02000000 02000000                          rows 2, type bfloat16
            07000000                                   excluded 7
            803f 20c0                                  1, -2.5
            cd3d 627f                                  0.1 and 3e38 rounded
            """;

    private static ActivationBlock float32(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return new ActivationBlock(258, 1, 3, 0, 2, ActivationType.FLOAT32, bytes);
    }

    private static float[] values(ActivationBlock block) {
        float[] values = new float[block.rows() * block.activationDim()];
        block.copyTo(values, 0);
        return values;
    }

    private static float[] random(int count) {
        float[] values = new float[count];
        Random random = new Random(count);
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static List<byte[]> encode(
            long sequence, int activationDim, int excluded, float[] values, ActivationType type) {
        FloatBuffer rows = FloatBuffer.wrap(values);
        return ActivationBlockFormat.encode(
                new WholeBlock(sequence, activationDim, excluded, rows), type);
    }

    @Test
    void writesTheGoldenBytesOfFloat32() {
        assertThat(ActivationBlockFormat.encode(float32(1f, -2.5f, 0.1f, 3e38f)))
                .isEqualTo(TokenBlockFormatTest.bytes(GOLDEN_FLOAT32));
    }

    @Test
    void writesTheGoldenBytesOfFloat16() {
        // Given
        float[] activations = {1f, -2.5f, 0.1f, 65_504f};

        // When
        List<byte[]> parts = encode(258, 2, 7, activations, ActivationType.FLOAT16);

        // Then
        assertThat(parts).containsExactly(TokenBlockFormatTest.bytes(GOLDEN_FLOAT16));
    }

    @Test
    void writesAndReadsTheGoldenBytesOfBfloat16() {
        // Given
        float[] activations = {1f, -2.5f, 0.1f, 3e38f};

        // When
        List<byte[]> parts = encode(258, 2, 7, activations, ActivationType.BFLOAT16);

        // Then
        byte[] golden = TokenBlockFormatTest.bytes(GOLDEN_BFLOAT16);
        assertThat(parts).containsExactly(golden);
        assertThat(values(ActivationBlockFormat.decode(golden)))
                .containsExactly(1f, -2.5f, 0.100097656f, 3.0040553e38f);
    }

    @ParameterizedTest
    @CsvSource({
        "0x1.00fep0, 0x1.00p0",
        "0x1.01p0, 0x1.00p0",
        "0x1.0102p0, 0x1.02p0",
        "0x1.03p0, 0x1.04p0",
        "-0x1.03p0, -0x1.04p0",
        "0x1p-133, 0x1p-133",
        "3.3895314e38, 3.3895314e38",
        "3.3961775e38, Infinity",
        "NaN, NaN"
    })
    void bfloat16IsRoundedToNearestEven(float value, float rounded) {
        ActivationType type = ActivationType.BFLOAT16;

        assertThat(type.value(type.bits(value))).isEqualTo((Float) rounded);
        assertThat(type.holds(value)).isEqualTo(Float.isFinite(rounded));
    }

    @Test
    void readsTheGoldenBytes() {
        // When
        ActivationBlock wide =
                ActivationBlockFormat.decode(TokenBlockFormatTest.bytes(GOLDEN_FLOAT32));
        ActivationBlock narrow =
                ActivationBlockFormat.decode(TokenBlockFormatTest.bytes(GOLDEN_FLOAT16));

        // Then
        assertThat(values(wide)).containsExactly(1f, -2.5f, 0.1f, 3e38f);
        assertThat(List.of(wide.sequence(), (long) wide.part(), (long) wide.parts()))
                .containsExactly(258L, 1L, 3L);
        assertThat(values(narrow)).containsExactly(1f, -2.5f, 0.099975586f, 65_504f);
        assertThat(narrow.type()).isEqualTo(ActivationType.FLOAT16);
        assertThat(narrow.excluded()).isEqualTo(7);
    }

    @Test
    void readsTheGoldenBytesOfVersion1() {
        // When
        ActivationBlock old =
                ActivationBlockFormat.decode(TokenBlockFormatTest.bytes(GOLDEN_VERSION_1));

        // Then
        assertThat(values(old)).containsExactly(1f, -2.5f, 0.1f, 3e38f);
        assertThat(old.excluded()).isZero();
    }

    @Test
    void aBlockOfWhichNoRowIsLeftDoesNotEndTheStream() {
        // When
        List<byte[]> parts = encode(5, 2, 16, new float[0], ActivationType.FLOAT32);

        // Then
        assertThat(parts).hasSize(1);
        ActivationBlock read = ActivationBlockFormat.decode(parts.getFirst());
        assertThat(read.rows()).isZero();
        assertThat(read.excluded()).isEqualTo(16);
        assertThat(read.endsStream()).isFalse();
    }

    @Test
    void theEndOfTheStreamIsABlockWithoutRows() {
        // Given
        ActivationBlock end = ActivationBlock.end(9, 2, ActivationType.FLOAT16);

        // When
        ActivationBlock read = ActivationBlockFormat.decode(ActivationBlockFormat.encode(end));

        // Then
        assertThat(read.endsStream()).isTrue();
        assertThat(read.rows()).isZero();
        assertThat(read.sequence()).isEqualTo(9);
    }

    @Test
    void detectsEveryFlippedBit() {
        byte[] golden = TokenBlockFormatTest.bytes(GOLDEN_FLOAT32);
        for (int bit = 0; bit < 8 * golden.length; bit++) {
            // Given
            byte[] corrupt = golden.clone();
            corrupt[bit / 8] ^= (byte) (1 << (bit % 8));

            // Then
            assertCorrupt(corrupt);
        }
    }

    @Test
    void detectsEveryOtherLength() {
        byte[] golden = TokenBlockFormatTest.bytes(GOLDEN_FLOAT16);
        for (int length = 0; length < golden.length; length++) {
            assertCorrupt(Arrays.copyOf(golden, length));
        }
        assertCorrupt(Arrays.copyOf(golden, golden.length + 1));
    }

    @Test
    void refusesHeadersThatAreSoundBytesButNoBlock() {
        assertCorrupt(resealed(12, 0)); // activationDim 0
        assertCorrupt(resealed(24, 3)); // part 3 of 3
        assertCorrupt(resealed(32, 1)); // one row fewer than there is
        assertCorrupt(resealed(36, 2)); // a type that does not exist
        assertCorrupt(resealed(39, 0x80)); // a negative one
        assertCorrupt(resealed(43, 0x80)); // a negative number of rows left out
    }

    private static byte[] resealed(int offset, int value) {
        byte[] bytes = TokenBlockFormatTest.bytes(GOLDEN_FLOAT32);
        bytes[offset] = (byte) value;
        return Frames.reseal(bytes);
    }

    private static void assertCorrupt(byte[] bytes) {
        assertThatExceptionOfType(CorruptBlockException.class)
                .isThrownBy(() -> ActivationBlockFormat.decode(bytes));
    }

    @ParameterizedTest
    @EnumSource
    void aBlockCutIntoPartsComesBackWhole(ActivationType type) {
        // Given: three parts of which the last is short
        int activationDim = 384;
        int rowsPerPart = ActivationBlockFormat.RECORD_BYTES / (activationDim * type.bytes());
        float[] activations = random((2 * rowsPerPart + 5) * activationDim);

        // When
        List<ActivationBlock> parts =
                encode(4, activationDim, 3, activations, type).stream()
                        .map(ActivationBlockFormat::decode)
                        .toList();

        // Then
        assertThat(parts).extracting(ActivationBlock::part).containsExactly(0, 1, 2);
        assertThat(parts).allMatch(part -> part.parts() == 3 && part.sequence() == 4);
        assertThat(parts).extracting(ActivationBlock::excluded).containsExactly(3, 0, 0);
        assertThat(parts)
                .extracting(ActivationBlock::rows)
                .containsExactly(rowsPerPart, rowsPerPart, 5);
        float[] whole = new float[activations.length];
        int offset = 0;
        for (ActivationBlock part : parts) {
            part.copyTo(whole, offset);
            offset += part.rows() * activationDim;
        }
        assertThat(whole).isEqualTo(rounded(activations, type));
    }

    private static float[] rounded(float[] values, ActivationType type) {
        float[] rounded = values.clone();
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = type.value(type.bits(values[i]));
        }
        return rounded;
    }

    @Test
    void aRowWiderThanARecordIsAPartOfItsOwn() {
        // Given
        int activationDim = ActivationBlockFormat.RECORD_BYTES;

        // When
        List<byte[]> parts =
                encode(0, activationDim, 0, new float[2 * activationDim], ActivationType.FLOAT32);

        // Then
        assertThat(parts)
                .extracting(part -> ActivationBlockFormat.decode(part).rows())
                .containsExactly(1, 1);
    }

    @Test
    void refusesValuesThatAreNotWholeRows() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> float32(1f, 2f, 3f))
                .withMessageContaining("not made of whole rows: bytes=12, activationDim=2");
    }
}
