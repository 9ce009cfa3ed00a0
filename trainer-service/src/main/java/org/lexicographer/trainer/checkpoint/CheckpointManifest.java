package org.lexicographer.trainer.checkpoint;

import java.util.ArrayList;
import java.util.List;

/**
 * Names the checkpoints of one trainer job; a checkpoint counts only once it is named here.
 *
 * @param generation which owner of the job wrote this; owners count up
 * @param checkpoints the checkpoints that are kept, the newest last
 * @param finished whether the job has saved its final dictionaries
 */
public record CheckpointManifest(long generation, List<Checkpoint> checkpoints, boolean finished) {

    private static final int KEPT = 2;

    /** The manifest of a job that nobody has owned yet. */
    static final CheckpointManifest NONE = new CheckpointManifest(0, List.of(), false);

    /** Copies the list. */
    public CheckpointManifest {
        checkpoints = List.copyOf(checkpoints);
    }

    CheckpointManifest nextGeneration() {
        return new CheckpointManifest(generation + 1, checkpoints, finished);
    }

    CheckpointManifest with(Checkpoint newest) {
        List<Checkpoint> kept = new ArrayList<>(checkpoints);
        kept.add(newest);
        int from = Math.max(0, kept.size() - KEPT);
        return new CheckpointManifest(generation, kept.subList(from, kept.size()), finished);
    }

    CheckpointManifest without(Checkpoint corrupt) {
        List<Checkpoint> kept = new ArrayList<>(checkpoints);
        kept.remove(corrupt);
        return new CheckpointManifest(generation, kept, finished);
    }

    CheckpointManifest asFinished() {
        return new CheckpointManifest(generation, List.of(), true);
    }
}
