package org.lexicographer.trainer.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lexicographer.pipeline.run.RunSpec.ActivationType;

class ShuffleBufferTest {

    private static final int CAPACITY = 12;
    private static final int WIDTH = 2;
    private static final long SEED = 5;

    /** Sums of squares of whole numbers are exact in float64. */
    private static final double EXACT = 0;

    private int next;

    private static ShuffleBuffer buffer(long seed) {
        return buffer(ActivationType.FLOAT32, seed);
    }

    private static ShuffleBuffer buffer(ActivationType type, long seed) {
        return new ShuffleBuffer(CAPACITY, WIDTH, type, seed);
    }

    private void fill(ShuffleBuffer buffer) {
        buffer.beginFilling();
        while (buffer.space() > 0) {
            buffer.add(new float[] {next, -next}, 0);
            next++;
        }
        buffer.endFilling();
    }

    private static List<Integer> take(ShuffleBuffer buffer, int count) {
        float[] rows = new float[count * WIDTH];
        buffer.take(count, rows);
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            assertThat(rows[i * WIDTH + 1]).isEqualTo(-rows[i * WIDTH]);
            numbers.add((int) rows[i * WIDTH]);
        }
        return numbers;
    }

    private List<Integer> serve(ShuffleBuffer buffer, int fillings) {
        List<Integer> served = new ArrayList<>();
        for (int i = 0; i < fillings; i++) {
            fill(buffer);
            while (!buffer.isHalfEmpty()) {
                served.addAll(take(buffer, 3));
            }
        }
        return served;
    }

    @Test
    void servesEveryRowExactlyOnce() {
        try (ShuffleBuffer buffer = buffer(SEED)) {
            List<Integer> served = serve(buffer, 5);
            served.addAll(take(buffer, buffer.remaining()));

            assertThat(served).doesNotHaveDuplicates().hasSize(next);
        }
    }

    @Test
    void shufflesWhatWasLeftWithWhatIsNew() {
        try (ShuffleBuffer buffer = buffer(SEED)) {
            serve(buffer, 1);
            fill(buffer);
            List<Integer> second = take(buffer, CAPACITY);

            assertThat(second.subList(0, CAPACITY / 2)).anyMatch(n -> n < CAPACITY);
            assertThat(second.subList(0, CAPACITY / 2)).anyMatch(n -> n >= CAPACITY);
        }
    }

    @Test
    void isHalfEmptyOnceLessThanHalfWaits() {
        try (ShuffleBuffer buffer = buffer(SEED)) {
            fill(buffer);
            take(buffer, CAPACITY / 2);
            assertThat(buffer.isHalfEmpty()).isFalse();

            take(buffer, 1);
            assertThat(buffer.isHalfEmpty()).isTrue();
        }
    }

    @Test
    void serveOrderIsAFunctionOfTheSeed() {
        try (ShuffleBuffer one = buffer(SEED);
                ShuffleBuffer same = buffer(SEED);
                ShuffleBuffer other = buffer(SEED + 1)) {
            List<Integer> served = serve(one, 3);
            next = 0;
            assertThat(serve(same, 3)).isEqualTo(served);
            next = 0;
            assertThat(serve(other, 3)).isNotEqualTo(served);
        }
    }

    @ParameterizedTest
    @EnumSource
    void servesRowsAsTheirTypeRoundsThem(ActivationType type) {
        try (ShuffleBuffer buffer = buffer(type, SEED)) {
            float[] found = new float[2 * WIDTH];

            buffer.beginFilling();
            buffer.add(new float[] {9, 0.1f, -1000.3f}, 1);
            buffer.add(new float[] {0.1f, -1000.3f}, 0);
            buffer.endFilling();
            double squares = buffer.meanSquaredNorm(0, WIDTH);
            buffer.take(2, found);

            float tenth = type.value(type.bits(0.1f));
            float large = type.value(type.bits(-1000.3f));
            assertThat(found).containsExactly(tenth, large, tenth, large);
            assertThat(squares)
                    .isCloseTo((double) tenth * tenth + (double) large * large, within(EXACT));
        }
    }

    @ParameterizedTest
    @EnumSource
    void restoredBufferContinuesWithTheSameRows(ActivationType type) throws IOException {
        try (ShuffleBuffer original = buffer(type, SEED);
                ShuffleBuffer restored = buffer(type, SEED)) {
            serve(original, 2);
            DataInputStream saved = new DataInputStream(original.remainingRows().open());
            restored.restore(saved::readFully, original.remaining(), original.fillings());
            assertThat(saved.read()).isEqualTo(-1);

            int start = next;
            List<Integer> expected = serve(original, 3);
            next = start;
            assertThat(serve(restored, 3)).isEqualTo(expected);
        }
    }

    @Test
    void measuresTheMeanSquaredNormOfSomeColumns() {
        try (ShuffleBuffer buffer = buffer(SEED)) {
            buffer.beginFilling();
            buffer.add(new float[] {1, 2}, 0);
            buffer.add(new float[] {3, 4}, 0);
            buffer.endFilling();

            assertThat(buffer.meanSquaredNorm(0, 2)).isCloseTo((5 + 25) / 2.0, within(EXACT));
            assertThat(buffer.meanSquaredNorm(1, 2)).isCloseTo((4 + 16) / 2.0, within(EXACT));
        }
    }

    @Test
    void refusesToServeMoreThanWaits() {
        try (ShuffleBuffer buffer = buffer(SEED)) {
            fill(buffer);
            assertThatThrownBy(() -> take(buffer, CAPACITY + 1))
                    .hasMessage("shuffle buffer runs dry: asked=13, remaining=12");
        }
    }

    @Test
    void refusesRowsBeyondItsCapacity() {
        try (ShuffleBuffer buffer = buffer(SEED)) {
            fill(buffer);
            assertThatThrownBy(() -> buffer.add(new float[WIDTH], 0))
                    .hasMessage("shuffle buffer full: capacity=12");
        }
    }
}
