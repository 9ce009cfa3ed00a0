package org.lexicographer.pipeline.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenBlockFormatTest {

    private static final DatasetPosition NEXT = new DatasetPosition(7, 11, 13);
    private static final TokenBlock BLOCK =
            new TokenBlock(258, 3, new int[] {0, 1, 2, 65_536, 50_000, -1}, NEXT);

    /** Two contexts of three tokens; the checksum was computed by another implementation. */
    private static final String GOLDEN =
            """
            4c585442 0100 0000 321c2dae                magic "LXTB", version, reserved, checksum
            03000000                                   contextLength 3
            0201000000000000                           sequence 258
            0700000000000000                           next.shardOffset 7
            0b00000000000000                           next.document 11
            0d00000000000000                           next.token 13
            02000000 00000000                          contexts 2, reserved
            00000000 01000000 02000000                 tokens 0, 1, 2
            00000100 50c30000 ffffffff                 tokens 65536, 50000, -1
            """;

    private static final String GOLDEN_MIX =
            """
            4c585442 0200 0000 0ef0cd7e                magic "LXTB", version, reserved, checksum
            03000000                                   contextLength 3
            0201000000000000                           sequence 258
            0700000000000000                           next.shardOffset 7
            0b00000000000000                           next.document 11
            0d00000000000000                           next.token 13
            02000000 02000000                          contexts 2, datasets 2
            0500000000000000 0100000000000000          contexts 5, has ended
            0300000000000000                           next.shardOffset 3
            0100000000000000 0000000000000000          next.document 1, next.token 0
            1000000000000000 0000000000000000          contexts 16, goes on
            0700000000000000                           next.shardOffset 7
            0b00000000000000 0d00000000000000          next.document 11, next.token 13
            00000000 01000000 02000000                 tokens 0, 1, 2
            00000100 50c30000 ffffffff                 tokens 65536, 50000, -1
            """;

    private static final String GOLDEN_END =
            """
            4c585442 0100 0000 46e95063                magic "LXTB", version, reserved, checksum
            03000000                                   contextLength 3
            0301000000000000                           sequence 259
            0800000000000000                           next.shardOffset 8
            0000000000000000                           next.document 0
            0000000000000000                           next.token 0
            00000000 00000000                          contexts 0, reserved
            """;

    /** Returns the bytes of a picture: each line is hexadecimal digits, two spaces, words. */
    static byte[] bytes(String picture) {
        StringBuilder digits = new StringBuilder();
        picture.lines().forEach(line -> digits.append(line.split(" {2}")[0].replace(" ", "")));
        return HexFormat.of().parseHex(digits);
    }

    @Test
    void writesTheGoldenBytes() {
        assertThat(TokenBlockFormat.encode(BLOCK)).isEqualTo(bytes(GOLDEN));
    }

    @Test
    void readsTheGoldenBytes() {
        // When
        TokenBlock block = TokenBlockFormat.decode(bytes(GOLDEN));

        // Then
        assertThat(block).usingRecursiveComparison().isEqualTo(BLOCK);
        assertThat(block.contexts()).isEqualTo(2);
        assertThat(block.endsStream()).isFalse();
    }

    @Test
    void hasAPositionForEachDatasetOfAMix() {
        // Given
        List<MixedPosition> datasets =
                List.of(
                        new MixedPosition(5, true, new DatasetPosition(3, 1, 0)),
                        new MixedPosition(16, false, NEXT));
        TokenBlock block = new TokenBlock(258, 3, BLOCK.tokens(), NEXT, datasets);

        // When
        byte[] encoded = TokenBlockFormat.encode(block);

        // Then
        assertThat(encoded).isEqualTo(bytes(GOLDEN_MIX));
        assertThat(TokenBlockFormat.decode(encoded)).usingRecursiveComparison().isEqualTo(block);
    }

    @Test
    void namesAMixOfNothing() {
        byte[] none = bytes(GOLDEN);
        none[4] = 2;

        assertThatExceptionOfType(CorruptBlockException.class)
                .isThrownBy(() -> TokenBlockFormat.decode(none))
                .withMessage("block of mixed datasets without any: datasets=0");
    }

    @Test
    void detectsPositionsThatAreNotThere() {
        byte[] cut = Arrays.copyOf(bytes(GOLDEN_MIX), TokenBlockFormat.HEADER_LENGTH + 7);

        assertThatExceptionOfType(CorruptBlockException.class)
                .isThrownBy(() -> TokenBlockFormat.decode(cut));
    }

    @Test
    void theEndOfTheStreamIsABlockWithoutContexts() {
        // Given
        TokenBlock end = new TokenBlock(259, 3, new int[0], new DatasetPosition(8, 0, 0));

        // When
        byte[] encoded = TokenBlockFormat.encode(end);

        // Then
        assertThat(encoded).isEqualTo(bytes(GOLDEN_END));
        assertThat(TokenBlockFormat.decode(encoded).endsStream()).isTrue();
    }

    @Test
    void detectsEveryFlippedBit() {
        byte[] golden = bytes(GOLDEN);
        for (int bit = 0; bit < 8 * golden.length; bit++) {
            // Given
            byte[] corrupt = golden.clone();
            corrupt[bit / 8] ^= (byte) (1 << (bit % 8));

            // Then
            assertThatExceptionOfType(CorruptBlockException.class)
                    .as("bit %d", bit)
                    .isThrownBy(() -> TokenBlockFormat.decode(corrupt));
        }
    }

    @Test
    void detectsEveryOtherLength() {
        byte[] golden = bytes(GOLDEN);
        for (int length = 0; length <= golden.length + 4; length++) {
            if (length == golden.length) {
                continue;
            }
            // Given
            byte[] corrupt = Arrays.copyOf(golden, length);

            // Then
            assertThatExceptionOfType(CorruptBlockException.class)
                    .as("length %d", length)
                    .isThrownBy(() -> TokenBlockFormat.decode(corrupt));
        }
    }

    @Test
    void namesTheVersionItCannotRead() {
        // Given
        byte[] later = bytes(GOLDEN);
        later[4] = 3;

        // Then
        assertThatExceptionOfType(CorruptBlockException.class)
                .isThrownBy(() -> TokenBlockFormat.decode(later))
                .withMessage("block version mismatch: expected=00000001, found=00000003");
    }

    @Test
    void refusesHeadersThatAreSoundBytesButNoBlock() {
        // Given
        byte[] negativeSequence = resealed(16, 0x80, 7);
        byte[] negativeContexts = resealed(48, 0x80, 3);
        byte[] negativePosition = resealed(24, 0x80, 7);
        byte[] noContextLength = resealedEnd(12);

        // Then
        assertCorrupt(negativeSequence);
        assertCorrupt(negativeContexts);
        assertCorrupt(negativePosition);
        assertCorrupt(noContextLength);
    }

    private static byte[] resealed(int offset, int bits, int byteOfField) {
        byte[] bytes = bytes(GOLDEN);
        bytes[offset + byteOfField] |= (byte) bits;
        return Frames.reseal(bytes);
    }

    private static byte[] resealedEnd(int offset) {
        byte[] bytes = bytes(GOLDEN_END);
        bytes[offset] = 0;
        return Frames.reseal(bytes);
    }

    private static void assertCorrupt(byte[] bytes) {
        assertThatExceptionOfType(CorruptBlockException.class)
                .isThrownBy(() -> TokenBlockFormat.decode(bytes));
    }

    @Test
    void refusesToMakeABlockOfHalfAContext() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TokenBlock(0, 3, new int[4], NEXT))
                .withMessage(
                        "token block not made of whole contexts: sequence=0, contextLength=3,"
                                + " tokens=4");
    }

    @Test
    void refusesANegativeDatasetPosition() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DatasetPosition(0, -1, 0))
                .withMessageContaining("document=-1");
    }
}
