package org.lexicographer.trainer.checkpoint;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.lexicographer.pipeline.account.RowAccount;
import org.lexicographer.trainer.checkpoint.Checkpoint.StoredObject;
import org.lexicographer.trainer.watch.Stop;

/**
 * Names the checkpoints of one trainer job; a checkpoint counts only once it is named here.
 *
 * @param generation which owner of the job wrote this; owners count up
 * @param checkpoints the checkpoints that are kept, the newest last
 * @param finished what the job had taken when it saved its final dictionaries; empty before
 * @param stops why recipes of a finished job were stopped before its last step, by name
 * @param rows what became of the rows that a finished job had taken; empty before, and in manifests
 *     of earlier versions
 * @param continuation what the job can go on from when its run is given more steps; empty while
 *     that is not known, and where it cannot
 * @param earlier checkpoints of wanted steps from before the run was last given more, whose blocks
 *     are gone
 */
public record CheckpointManifest(
        long generation,
        List<Checkpoint> checkpoints,
        Optional<SequenceLog> finished,
        Map<String, Stop> stops,
        Optional<RowAccount> rows,
        Optional<Continuation> continuation,
        List<Checkpoint> earlier) {

    private static final int KEPT = 2;

    /** The manifest of a job that nobody has owned yet. */
    static final CheckpointManifest NONE =
            new CheckpointManifest(
                    0,
                    List.of(),
                    Optional.empty(),
                    Map.of(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of());

    /** Copies the lists; in manifests of earlier versions nothing was stopped or extended. */
    public CheckpointManifest {
        checkpoints = List.copyOf(checkpoints);
        earlier = List.copyOf(Objects.requireNonNullElse(earlier, List.of()));
        requireNonNull(continuation, "continuation is null");
        stops = Map.copyOf(Objects.requireNonNullElse(stops, Map.of()));
        requireNonNull(finished, "finished is null");
        requireNonNull(rows, "rows is null");
    }

    /** Tells whether the job has saved its final dictionaries. */
    @JsonIgnore
    public boolean isFinished() {
        return finished.isPresent();
    }

    /**
     * Tells whether the job has saved the final dictionaries of a run of so many steps. What can
     * never go on, as all that it trains was stopped, has finished whatever their number.
     */
    public boolean isFinished(int steps) {
        return isFinished() && continuation.filter(it -> it.steps() < steps).isEmpty();
    }

    /** Returns the checkpoints that a job may continue from: the last two. */
    @JsonIgnore
    public List<Checkpoint> resumable() {
        return checkpoints.subList(Math.max(0, checkpoints.size() - KEPT), checkpoints.size());
    }

    CheckpointManifest nextGeneration() {
        return new CheckpointManifest(
                generation + 1, checkpoints, finished, stops, rows, continuation, earlier);
    }

    /** Returns the manifest of a finished job that goes on, as it was before it ended. */
    CheckpointManifest reopened() {
        List<Checkpoint> before = new ArrayList<>(earlier);
        before.addAll(checkpoints);
        return new CheckpointManifest(
                generation,
                List.of(continuation.orElseThrow().checkpoint()),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                before);
    }

    /** Returns the manifest of a job that will never go on: what its run's spec wants stays. */
    CheckpointManifest atRest(Set<Long> wantedSteps) {
        return new CheckpointManifest(
                generation,
                checkpoints.stream().filter(it -> wantedSteps.contains(it.step())).toList(),
                finished,
                stops,
                rows,
                Optional.empty(),
                earlier);
    }

    CheckpointManifest with(Continuation kept) {
        return new CheckpointManifest(
                generation, checkpoints, finished, stops, rows, Optional.of(kept), earlier);
    }

    /**
     * Adds a checkpoint; of the older ones, the last one and those of the wanted steps stay. One of
     * the same moment is replaced: it is the same, and would take the place of an older one.
     */
    CheckpointManifest with(Checkpoint newest, Set<Long> wantedSteps) {
        List<Checkpoint> others =
                checkpoints.stream().filter(it -> !it.isOfTheMomentOf(newest)).toList();
        List<Checkpoint> kept = new ArrayList<>();
        for (int i = 0; i < others.size(); i++) {
            boolean amongLast = i > others.size() - KEPT;
            if (amongLast || wantedSteps.contains(others.get(i).step())) {
                kept.add(others.get(i));
            }
        }
        kept.add(newest);
        return withCheckpoints(kept);
    }

    private CheckpointManifest withCheckpoints(List<Checkpoint> kept) {
        return new CheckpointManifest(
                generation, kept, finished, stops, rows, continuation, earlier);
    }

    CheckpointManifest without(Checkpoint damaged) {
        List<Checkpoint> kept = new ArrayList<>(checkpoints);
        kept.remove(damaged);
        return withCheckpoints(kept);
    }

    CheckpointManifest asFinished(
            SequenceLog taken,
            Map<String, Stop> stopped,
            RowAccount account,
            Set<Long> wantedSteps) {
        List<Checkpoint> kept =
                checkpoints.stream().filter(c -> wantedSteps.contains(c.step())).toList();
        return new CheckpointManifest(
                generation,
                kept,
                Optional.of(taken),
                stopped,
                Optional.of(account),
                continuation,
                earlier);
    }

    /** Returns every object that is named. */
    Set<String> keys() {
        Set<String> keys = new HashSet<>();
        Stream.of(
                        checkpoints.stream(),
                        earlier.stream(),
                        continuation.stream().map(Continuation::checkpoint))
                .flatMap(named -> named)
                .flatMap(it -> Stream.of(it.buffer().object(), it.recipes()))
                .map(StoredObject::key)
                .forEach(keys::add);
        continuation.ifPresent(it -> keys.add(it.lastBlock().key()));
        return keys;
    }
}
