package org.lexicographer.trainer.service;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.LostBlocks;
import org.lexicographer.pipeline.stored.RunEnd;
import org.lexicographer.trainer.job.RunAccounts;
import org.lexicographer.trainer.job.RunEnds;

/** The runs there are; the object store holds them, the {@code runs} topic tells the services. */
@ApplicationScoped
public class RunRegistry {

    private static final String SPEC_NAME = "/run.json";

    private final ObjectStore objects;
    private final TrainerLifecycle lifecycle;
    private final TrainerListener listener;
    private final RunBoard board;

    RunRegistry(
            ObjectStore objects,
            TrainerLifecycle lifecycle,
            TrainerListener listener,
            RunBoard board) {
        this.objects = objects;
        this.lifecycle = lifecycle;
        this.listener = listener;
        this.board = board;
    }

    private RunEnds ends() {
        return lifecycle.replica().ends();
    }

    /**
     * Stores and publishes a run. Submitting the same spec again publishes it again.
     *
     * @return whether the name was free or taken by the same spec
     */
    public boolean submit(RunSpec spec) {
        byte[] json = spec.toJson();
        boolean stored = objects.putIfAbsent(ObjectKeys.runSpec(spec.run()), json).isPresent();
        if (!stored && !find(spec.run()).equals(Optional.of(spec))) {
            return false;
        }
        publish(spec);
        return true;
    }

    private void publish(RunSpec spec) {
        await(listener.publish(spec, spec.toJson()));
    }

    private static void await(CompletionStage<Void> sent) {
        sent.toCompletableFuture().join();
    }

    /** Returns the run of a name. */
    public Optional<RunSpec> find(String run) {
        try {
            return Optional.of(RunSpec.read(objects.bytes(ObjectKeys.runSpec(run))));
        } catch (ObjectNotFoundException e) {
            return Optional.empty();
        }
    }

    /** Returns all runs by name. */
    public List<RunSpec> all() {
        try (Stream<ObjectStat> stats = objects.list(ObjectKeys.RUNS)) {
            return stats.map(ObjectStat::key)
                    .filter(key -> key.endsWith(SPEC_NAME))
                    .map(key -> RunSpec.read(objects.bytes(key)))
                    .toList();
        }
    }

    /** Returns a run as its users see it. */
    public RunStatus status(RunSpec spec) {
        Optional<RunEnd> end = ends().find(spec.run());
        return new RunStatus(
                spec.run(),
                end.map(RunEnd::state).orElse(State.RUNNING),
                end.flatMap(RunEnd::message),
                spec,
                new RunAccounts(objects).of(spec),
                board.parts(spec.run()));
    }

    /** Cancels a run; false when it has ended already. */
    public boolean cancel(RunSpec spec) {
        if (ends().find(spec.run()).map(RunEnd::state).filter(s -> s != State.FAILED).isPresent()) {
            return false;
        }
        objects.delete(ObjectKeys.runEnd(spec.run()));
        await(listener.withdraw(spec.run()));
        ends().cancel(spec);
        return true;
    }

    /**
     * Lets a failed run go on; false when it has not failed. Where blocks are lost, every service
     * lets go of the run first, and makes them again when it takes it up.
     *
     * @throws IllegalStateException when a service does not let go of the run in time
     */
    public boolean resume(RunSpec spec) {
        Optional<RunEnd> failed = ends().find(spec.run()).filter(e -> e.state() == State.FAILED);
        if (failed.isEmpty()) {
            return false;
        }
        failed.get().lost().ifPresent(lost -> makeAgain(spec, lost));
        ends().reopen(spec);
        publish(spec);
        return true;
    }

    private void makeAgain(RunSpec spec, LostBlocks lost) {
        await(listener.withdraw(spec.run()));
        ends().makeAgain(spec, lost);
    }
}
