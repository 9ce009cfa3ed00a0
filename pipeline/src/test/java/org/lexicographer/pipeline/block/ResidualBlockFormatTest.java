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
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResidualBlockFormatTest {

    /** One context of three tokens, two wide; the checksum was computed by other code. */
    private static final String GOLDEN =
            """
            4c585242 0100 0000 3ae43f1e                magic "LXRB", version, reserved, checksum
            03000000                                   contextLength 3
            0201000000000000                           sequence 258
            01000000 02000000                          part 1 of 2
            03000000 02000000                          rows 3, activationDim 2
            07000000 ffffffff 00000100                 tokens 7, -1, 65536
            0000803f 000000bf                          1.0, -0.5
            00000000 00000040                          0.0, 2.0
            00004040 0000c03f                          3.0, 1.5
            """;

    private static final String GOLDEN_END =
            """
            4c585242 0100 0000 2e1ae224                magic "LXRB", version, reserved, checksum
            03000000                                   contextLength 3
            0301000000000000                           sequence 259
            00000000 01000000                          part 0 of 1
            00000000 02000000                          rows 0, activationDim 2
            """;

    private static final ResidualBlock BLOCK =
            new ResidualBlock(
                    258, 1, 2, 3, 2, new int[] {7, -1, 65_536}, floats(1, -0.5f, 0, 2, 3, 1.5f));

    private static ByteBuffer floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }

    private static byte[] golden() {
        return TokenBlockFormatTest.bytes(GOLDEN);
    }

    @Test
    void writesTheGoldenBytes() {
        assertThat(ResidualBlockFormat.encode(BLOCK)).isEqualTo(golden());
        assertThat(ResidualBlockFormat.encode(ResidualBlock.end(259, 3, 2)))
                .isEqualTo(TokenBlockFormatTest.bytes(GOLDEN_END));
    }

    @Test
    void readsTheGoldenBytes() {
        // When
        ResidualBlock read = ResidualBlockFormat.decode(golden());
        ResidualBlock end = ResidualBlockFormat.decode(TokenBlockFormatTest.bytes(GOLDEN_END));

        // Then
        assertThat(read).usingRecursiveComparison().isEqualTo(BLOCK);
        assertThat(read.endsStream()).isFalse();
        assertThat(end.endsStream()).isTrue();
        assertThat(end.sequence()).isEqualTo(259);
    }

    /** A width of 1000 puts 261 rows into a record. */
    @Test
    void theBitsOfAWholeBlockComeBackFromItsParts() {
        // Given
        Random random = new Random(1);
        int rows = 600;
        int[] tokens = random.ints(rows).toArray();
        float[] values = new float[rows * 1000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        values[1] = Float.NaN;
        values[2] = Float.NEGATIVE_INFINITY;
        values[3] = -0f;

        // When
        List<ResidualBlock> parts =
                ResidualBlockFormat.encode(
                                new ResidualBlockFormat.WholeBlock(
                                        9, 100, tokens, FloatBuffer.wrap(values)))
                        .stream()
                        .map(ResidualBlockFormat::decode)
                        .toList();

        // Then
        assertThat(parts).extracting(ResidualBlock::rows).containsExactly(261, 261, 78);
        assertThat(parts).extracting(ResidualBlock::part).containsExactly(0, 1, 2);
        assertThat(parts)
                .allMatch(it -> it.parts() == 3 && it.sequence() == 9 && it.contextLength() == 100);
        assertThat(parts.stream().flatMapToInt(part -> Arrays.stream(part.tokens())).toArray())
                .isEqualTo(tokens);
        assertThat(parts.stream().flatMapToInt(ResidualBlockFormatTest::bits).toArray())
                .isEqualTo(bits(floats(values)).toArray());
    }

    private static IntStream bits(ResidualBlock part) {
        return bits(part.values());
    }

    private static IntStream bits(ByteBuffer values) {
        return IntStream.range(0, values.capacity() / 4).map(i -> values.getInt(4 * i));
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 16, 24, 28, 32, 36, 40, 63, 75})
    void anyDamageIsFound(int offset) {
        byte[] damaged = golden();
        damaged[offset] ^= 4;

        assertThatExceptionOfType(CorruptBlockException.class)
                .isThrownBy(() -> ResidualBlockFormat.decode(damaged))
                .withMessageContaining("checksum mismatch");
    }

    @Test
    void isNoTokenBlock() {
        byte[] tokens =
                TokenBlockFormat.encode(new TokenBlock(0, 3, new int[3], DatasetPosition.START));

        assertThatExceptionOfType(CorruptBlockException.class)
                .isThrownBy(() -> ResidualBlockFormat.decode(tokens))
                .withMessageContaining("magic mismatch");
    }

    @Test
    void needsWholeRows() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ResidualBlock(0, 0, 1, 3, 2, new int[1], floats(1, 2, 3)))
                .withMessageContaining("not made of whole rows: bytes=12");
    }
}
