package org.lexicographer.trainer.job;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.TrainingProgress;
import org.lexicographer.pipeline.stored.CurvePoint;
import org.lexicographer.pipeline.trace.TraceParent;
import org.lexicographer.pipeline.trace.Tracing;
import org.lexicographer.trainer.time.JobFigures;

/** Keeps what jobs say. */
final class FakeOutput implements TrainerOutput {

    private final List<RunProgress> said = new CopyOnWriteArrayList<>();
    private final List<DictionaryCheckpoint> announced = new CopyOnWriteArrayList<>();
    private final List<Rejection> rejected = new CopyOnWriteArrayList<>();
    private final List<String> checkpoints = new CopyOnWriteArrayList<>();

    @Override
    public void progress(RunProgress progress) {
        said.add(progress);
    }

    @Override
    public void inLine(RunProgress progress) {
        said.add(progress);
    }

    @Override
    public void reported(String run, Site site, Map<String, CurvePoint> recipes) {}

    @Override
    public void worked(String run, Site site, JobFigures figures) {}

    @Override
    public void checkpointing(String run, Site site) {
        checkpoints.add("begun");
    }

    @Override
    public void checkpointed(String run, Site site, Duration took) {
        checkpoints.add("whole");
    }

    @Override
    public void retried() {}

    @Override
    public void left(String run, Site site) {}

    @Override
    public Tracing tracing() {
        return Tracing.NONE;
    }

    @Override
    public void announce(DictionaryCheckpoint checkpoint, Optional<TraceParent> trace) {
        announced.add(checkpoint);
    }

    @Override
    public void reject(Rejection rejection) {
        rejected.add(rejection);
    }

    List<DictionaryCheckpoint> announced() {
        return List.copyOf(announced);
    }

    /** Returns what was said of checkpoints: that one was begun, that one is whole. */
    List<String> checkpoints() {
        return List.copyOf(checkpoints);
    }

    List<Rejection> rejected() {
        return List.copyOf(rejected);
    }

    /** Returns what the trainer of a run has said last in a state. */
    Optional<RunProgress> last(String run, State state) {
        return said.stream()
                .filter(p -> p.run().equals(run) && p.part() instanceof TrainingProgress)
                .reduce((first, second) -> second)
                .filter(p -> p.state() == state);
    }

    /** Tells whether a part of a run has ever said something that begins so. */
    boolean hasSaid(String run, String beginning) {
        return said.stream()
                .filter(p -> p.run().equals(run))
                .flatMap(p -> p.message().stream())
                .anyMatch(message -> message.startsWith(beginning));
    }
}
