package org.lexicographer.trainer.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.lexicographer.trainer.memory.MemoryBudget.ProcessSize;

class MemoryBudgetTest {

    private static final long GIBI = 1L << 30;

    @Test
    void jobsGetWhatIsLeftOfTheHeapAndBesideIt() {
        assertThat(MemoryBudget.of(12 * GIBI, 6 * GIBI))
                .isEqualTo(
                        new MemoryAmount(
                                6 * GIBI - MemoryBudget.HEAP_BASE, 6 * GIBI - MemoryBudget.BASE));
    }

    @Test
    void whereTheHeapTakesAllNothingIsLeftForJobs() {
        assertThat(MemoryBudget.of(GIBI, GIBI).offHeap()).isZero();
        assertThat(MemoryBudget.of(GIBI, 1).onHeap()).isZero();
    }

    @Test
    void theSmallestProcessForJobsPromisesThemExactlyThat() {
        MemoryAmount jobs = new MemoryAmount(3 * GIBI, 5 * GIBI);
        ProcessSize size = MemoryBudget.sizeFor(jobs);
        assertThat(MemoryBudget.of(size.limit(), size.mostHeap())).isEqualTo(jobs);
    }

    @Test
    void roomOnTheHeapIsNoneBesideIt() {
        MemoryAmount room = new MemoryAmount(10, 2);
        assertThat(new MemoryAmount(10, 2).fitsInto(room)).isTrue();
        assertThat(new MemoryAmount(1, 3).fitsInto(room)).isFalse();
        assertThat(new MemoryAmount(11, 1).fitsInto(room)).isFalse();
        assertThat(room.minus(new MemoryAmount(4, 1)).plus(new MemoryAmount(4, 1))).isEqualTo(room);
    }
}
