package org.lexicographer.pipeline.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.pipeline.run.RunSpec.ActivationType;
import org.lexicographer.testing.attack.Attack;
import org.lexicographer.testing.attack.Mutations;

/** Blocks that are almost right, some of them with the right checksum, are read or refused. */
class MutatedBlocksTest {

    private static final long ALLOCATED = 1 << 20;

    private static final TokenBlock TOKENS =
            new TokenBlock(
                    258, 3, new int[] {0, 1, 2, 65_536, -1, 5}, new DatasetPosition(7, 1, 3));
    private static final TokenBlock MIXED =
            new TokenBlock(
                    258,
                    3,
                    new int[] {0, 1, 2, 65_536, -1, 5},
                    new DatasetPosition(7, 1, 3),
                    List.of(MixedPosition.START, MixedPosition.START));
    private static final ActivationBlock ACTIVATIONS =
            new ActivationBlock(258, 1, 3, 0, 2, ActivationType.FLOAT32, floats(6));
    private static final ResidualBlock RESIDUALS =
            new ResidualBlock(258, 1, 2, 3, 2, new int[] {7, -1, 65_536}, floats(6));

    private static ByteBuffer floats(int values) {
        return ByteBuffer.allocate(4 * values).order(ByteOrder.LITTLE_ENDIAN);
    }

    static Stream<Arguments> formats() {
        return Stream.of(
                Arguments.of(
                        "token block",
                        TokenBlockFormat.encode(TOKENS),
                        (Function<byte[], ?>) TokenBlockFormat::decode),
                Arguments.of(
                        "token block of mixed datasets",
                        TokenBlockFormat.encode(MIXED),
                        (Function<byte[], ?>) TokenBlockFormat::decode),
                Arguments.of(
                        "activation block",
                        ActivationBlockFormat.encode(ACTIVATIONS),
                        (Function<byte[], ?>) ActivationBlockFormat::decode),
                Arguments.of(
                        "residual block",
                        ResidualBlockFormat.encode(RESIDUALS),
                        (Function<byte[], ?>) ResidualBlockFormat::decode));
    }

    @ParameterizedTest
    @MethodSource("formats")
    void withTheChecksumThatWasThere(String name, byte[] block, Function<byte[], ?> decode) {
        Attack.Outcome outcome =
                attack(name).on(decode::apply, new Mutations(1, List.of(block), List.of()));

        assertThat(outcome.refused()).isPositive();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void withTheChecksumOfWhatIsThere(String name, byte[] block, Function<byte[], ?> decode) {
        Attack.Outcome outcome =
                attack(name)
                        .on(
                                bytes ->
                                        decode.apply(
                                                bytes.length < 12 ? bytes : Frames.reseal(bytes)),
                                new Mutations(2, List.of(block), List.of()));

        assertThat(outcome.read()).isPositive();
        assertThat(outcome.refused()).isPositive();
    }

    /** Two counts below zero: a payload of no bytes, and room for two thousand million tokens. */
    @Test
    void rowsOfAWidthBelowZeroAreRefused() {
        ByteBuffer block = ByteBuffer.wrap(ResidualBlockFormat.encode(RESIDUALS));
        byte[] header = new byte[40];
        block.order(ByteOrder.LITTLE_ENDIAN).putInt(32, Integer.MAX_VALUE).putInt(36, -1);
        block.get(header);

        assertThatThrownBy(() -> ResidualBlockFormat.decode(Frames.reseal(header)))
                .isInstanceOf(CorruptBlockException.class)
                .hasMessageContaining("count=2147483647, width=-1");
    }

    private static Attack attack(String name) {
        return new Attack(name, Set.of(CorruptBlockException.class), ALLOCATED);
    }
}
