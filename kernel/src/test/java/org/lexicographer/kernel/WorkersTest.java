package org.lexicographer.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {

    private static final int TASKS = 100;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void eachTaskIsDoneOnce(int threads) {
        // Given
        AtomicIntegerArray done = new AtomicIntegerArray(TASKS);

        // When
        new Workers(threads).run(TASKS, (number, worker) -> done.incrementAndGet(number));

        // Then
        for (int number = 0; number < TASKS; number++) {
            assertThat(done.get(number)).as("task %d", number).isOne();
        }
    }

    @Test
    void noTwoThreadsHaveTheSameNumberAtOnce() {
        // Given
        Workers workers = new Workers(4);
        AtomicIntegerArray atWork = new AtomicIntegerArray(workers.threads());
        AtomicIntegerArray most = new AtomicIntegerArray(workers.threads());

        // When
        workers.run(
                TASKS,
                (number, worker) -> {
                    most.accumulateAndGet(worker, atWork.incrementAndGet(worker), Math::max);
                    atWork.decrementAndGet(worker);
                });

        // Then
        for (int worker = 0; worker < workers.threads(); worker++) {
            assertThat(most.get(worker)).as("worker %d", worker).isLessThanOrEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aTasksFailureIsTheCallers(int threads) {
        assertThatIllegalStateException()
                .isThrownBy(() -> new Workers(threads).run(TASKS, WorkersTest::fail))
                .withMessage("task 7");
    }

    private static void fail(int number, int worker) {
        if (number == 7) {
            throw new IllegalStateException("task " + number);
        }
    }

    @Test
    void aTaskMayShareItsOwnWork() {
        // Given
        Workers workers = new Workers(2);
        AtomicIntegerArray done = new AtomicIntegerArray(TASKS);

        // When
        workers.run(
                10,
                (outer, worker) ->
                        workers.run(10, (inner, w) -> done.incrementAndGet(10 * outer + inner)));

        // Then
        for (int number = 0; number < TASKS; number++) {
            assertThat(done.get(number)).as("task %d", number).isOne();
        }
    }

    @Test
    void noThreadsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Workers(0))
                .withMessage("threads out of range: expected=1 or more, found=0");
    }
}
