package org.lexicographer.testing.attack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AttackTest {

    private static final List<byte[]> ORIGINALS =
            List.of("{\"length\": 5}".getBytes(UTF_8), "a longer one".getBytes(UTF_8));
    private static final Attack ATTACK =
            new Attack("numbers", Set.of(NumberFormatException.class), 1 << 20);

    private static Mutations mutations(long seed) {
        return new Mutations(seed, ORIGINALS, List.of("null".getBytes(UTF_8)));
    }

    @Test
    void aSeedGivesTheSameInputs() {
        Mutations once = mutations(7);
        Mutations again = mutations(7);

        for (int i = 0; i < 1_000; i++) {
            assertThat(once.get()).isEqualTo(again.get());
        }
    }

    @Test
    void inputsDifferFromOneAnotherAndLeaveTheOriginalsAlone() {
        Mutations mutations = mutations(7);
        Set<String> inputs = new HashSet<>();

        for (int i = 0; i < 1_000; i++) {
            inputs.add(Arrays.toString(mutations.get()));
        }

        assertThat(inputs).hasSizeGreaterThan(800);
        assertThat(ORIGINALS)
                .extracting(bytes -> new String(bytes, UTF_8))
                .containsExactly("{\"length\": 5}", "a longer one");
    }

    @Test
    void countsWhatIsReadAndWhatIsRefused() {
        Attack.Outcome outcome =
                ATTACK.on(
                        input -> {
                            if (input.length < 12) {
                                throw new NumberFormatException("too short");
                            }
                        },
                        mutations(7));

        assertThat(outcome.read()).isPositive();
        assertThat(outcome.refused()).isPositive();
        assertThat(outcome.read() + outcome.refused()).isEqualTo(Attack.INPUTS);
    }

    @Test
    void anExceptionThatIsNotDocumentedFails() {
        assertThatThrownBy(
                        () ->
                                ATTACK.on(
                                        input -> {
                                            throw new IllegalStateException("unforeseen");
                                        },
                                        mutations(7)))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("numbers: input 0 is neither read nor refused")
                .hasRootCauseMessage("unforeseen");
    }

    @Test
    void memoryBeyondTheBoundFails() {
        List<byte[]> taken = new ArrayList<>();

        assertThatThrownBy(() -> ATTACK.on(input -> taken.add(new byte[2 << 20]), mutations(7)))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("numbers: input 0 takes too much memory: most=1048576");
    }

    @Test
    void memoryThatOtherThreadsTakeCounts() {
        List<byte[]> taken = new ArrayList<>();

        assertThatThrownBy(
                        () ->
                                ATTACK.on(
                                        input -> {
                                            Thread other =
                                                    Thread.ofPlatform()
                                                            .start(
                                                                    () ->
                                                                            taken.add(
                                                                                    new byte
                                                                                            [2
                                                                                                    << 20]));
                                            other.join();
                                        },
                                        mutations(7)))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("numbers: input 0 takes too much memory: most=1048576");
    }
}
