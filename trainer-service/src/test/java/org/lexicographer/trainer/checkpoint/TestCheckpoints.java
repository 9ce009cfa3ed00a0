package org.lexicographer.trainer.checkpoint;

import java.util.List;
import java.util.Map;
import org.lexicographer.trainer.checkpoint.Checkpoint.BufferState;
import org.lexicographer.trainer.checkpoint.CheckpointStore.Describer;

/** Checkpoints of jobs that have taken blocks of eight rows and kept one row, of one number. */
public final class TestCheckpoints {

    private TestCheckpoints() {}

    /** Returns what names the objects of a job that has taken as many blocks as steps. */
    public static Describer of(long step) {
        return of(step, step, Map.of());
    }

    /**
     * Returns what names the objects of a job.
     *
     * @param block the number of the block that is taken next
     * @param offsets where to read on, by {@code topic-partition}
     */
    static Describer of(long step, long block, Map<String, Long> offsets) {
        return (buffer, recipes) ->
                new Checkpoint(
                        step,
                        block,
                        offsets,
                        false,
                        SequenceLog.EMPTY.with(step, 8),
                        LeftOutRows.NONE,
                        List.of(1.0),
                        List.of(1),
                        new BufferState(1, 1, false, buffer),
                        recipes,
                        Map.of());
    }
}
