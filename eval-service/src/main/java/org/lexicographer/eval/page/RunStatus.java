package org.lexicographer.eval.page;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.WholeRun;
import org.lexicographer.pipeline.stored.RunEnd;

/**
 * How far a run has come.
 *
 * @param state what it is doing
 * @param message what a person should know
 * @param parts its parts, in the order of the data's path
 */
public record RunStatus(State state, Optional<String> message, List<PartLine> parts) {

    private static final Comparator<PartLine> ORDER =
            Comparator.comparingInt(PartLine::stage).thenComparing(PartLine::name);

    public RunStatus {
        parts = List.copyOf(parts);
    }

    /** Sums up what is announced of a run's parts and, once it has ended, stored of its end. */
    public static RunStatus of(List<RunProgress> announced, Optional<RunEnd> end) {
        List<PartLine> parts =
                announced.stream()
                        .filter(progress -> !(progress.part() instanceof WholeRun))
                        .map(PartLine::of)
                        .sorted(ORDER)
                        .toList();
        return end.map(known -> new RunStatus(known.state(), known.message(), parts))
                .orElseGet(() -> ofWhole(announced, parts));
    }

    /** What has been said of the run as a whole may be that it goes on, before it waits. */
    private static RunStatus ofWhole(List<RunProgress> announced, List<PartLine> parts) {
        Optional<RunProgress> waiting =
                announced.stream().filter(RunProgress::waitsForMemory).findFirst();
        if (waiting.isPresent()) {
            return new RunStatus(State.WAITING, waiting.get().message(), parts);
        }
        return announced.stream()
                .filter(progress -> progress.part() instanceof WholeRun)
                .findFirst()
                .map(whole -> new RunStatus(whole.state(), whole.message(), parts))
                .orElseGet(
                        () ->
                                new RunStatus(
                                        parts.isEmpty() ? State.WAITING : State.RUNNING,
                                        Optional.empty(),
                                        parts));
    }

    /** Tells whether more is to come: some part still waits or works. */
    public boolean isMoving() {
        return moves(state) || parts.stream().anyMatch(part -> moves(part.state()));
    }

    private static boolean moves(State state) {
        return state == State.WAITING || state == State.RUNNING;
    }
}
