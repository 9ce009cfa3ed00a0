package org.lexicographer.trainer.memory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.Json;
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
    void jobsGetOfAGpuWhatTheContextAndTheMarginLeave() {
        assertThat(MemoryBudget.ofDevice(MemoryBudget.DEVICE_BASE + 800)).isEqualTo(700);
    }

    @Test
    void aGpuOfWhichNothingIsLeftIsStillKnownToBeThere() {
        assertThat(MemoryBudget.ofDevice(1)).isEqualTo(1);
    }

    @Test
    void theSmallestGpuForJobsPromisesThemExactlyThat() {
        for (long bytes : List.of(1L, 7L, 8L, 3 * GIBI + 5, 100 * GIBI - 1)) {
            ProcessSize size = MemoryBudget.sizeFor(new MemoryAmount(1, 1, bytes));
            assertThat(MemoryBudget.ofDevice(size.device())).isEqualTo(bytes);
        }
        assertThat(MemoryBudget.sizeFor(new MemoryAmount(1, 1)).device()).isZero();
    }

    @Test
    void whereThereIsNoGpuJsonAndTextSayNothingOfOne() {
        MemoryAmount onCpu = new MemoryAmount(350_000_000, 2_720_000_000L);
        assertThat(new String(Json.write(onCpu), UTF_8))
                .isEqualTo("{\"onHeap\":350000000,\"offHeap\":2720000000}");
        assertThat(new String(Json.write(new ProcessSize(7, 3, 0)), UTF_8))
                .isEqualTo("{\"limit\":7,\"mostHeap\":3}");
        assertThat(onCpu.text()).isEqualTo("2.72 GB beside the heap and 0.35 GB on it");
    }

    @Test
    void whereThereIsOneTheyDo() {
        MemoryAmount onGpu = new MemoryAmount(350_000_000, 210_000_000, 2_720_000_000L);
        assertThat(new String(Json.write(onGpu), UTF_8))
                .isEqualTo("{\"onHeap\":350000000,\"offHeap\":210000000,\"onDevice\":2720000000}");
        assertThat(onGpu.text())
                .isEqualTo("0.21 GB beside the heap, 0.35 GB on it and 2.72 GB on the GPU");
        assertThat(MemoryAmount.NONE.textBeside(onGpu))
                .isEqualTo("0.00 GB beside the heap, 0.00 GB on it and 0.00 GB on the GPU");
        assertThat(onGpu.total()).isEqualTo(3_280_000_000L);
    }

    @Test
    void roomOnAGpuIsNoneBesideIt() {
        MemoryAmount room = new MemoryAmount(10, 10, 2);
        assertThat(new MemoryAmount(10, 10, 2).fitsInto(room)).isTrue();
        assertThat(new MemoryAmount(1, 1, 3).fitsInto(room)).isFalse();
        assertThat(new MemoryAmount(11, 1, 1).fitsInto(room)).isFalse();
        MemoryAmount some = new MemoryAmount(4, 3, 1);
        assertThat(room.minus(some).plus(some)).isEqualTo(room);
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
