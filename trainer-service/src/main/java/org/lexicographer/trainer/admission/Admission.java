package org.lexicographer.trainer.admission;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.MemoryWait;
import org.lexicographer.pipeline.message.progress.TrainingProgress;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.trainer.admission.RunDemands.Standing;
import org.lexicographer.trainer.admission.ShortMemory.Mark;
import org.lexicographer.trainer.memory.MemoryAmount;
import org.lexicographer.trainer.ownership.JobDivision;
import org.lexicographer.trainer.ownership.JobOwnership.JobId;
import org.lexicographer.trainer.ownership.Plan;
import org.lexicographer.trainer.ownership.Plan.Lack;
import org.lexicographer.trainer.ownership.Plan.Waiting;

/**
 * This replica's part in who takes which jobs: what it promises, what it has promised, and, while
 * it leads the group, what there is to share out and what those are told that wait. All but {@link
 * #join} and the figures is for the thread of {@link
 * org.lexicographer.trainer.ownership.JobOwnership}.
 */
public final class Admission implements JobDivision, AutoCloseable {

    /** How often those that wait are told so, beside whenever jobs are shared out. */
    private static final Duration SAY_AGAIN = Duration.ofSeconds(5);

    private final ReplicaMemory memory;
    private final RunDemands demands;
    private final ShortMemory marks;
    private final MemoryWatch watch;
    private final Reservations reservations;
    private final Consumer<RunProgress> output;
    private Plan plan = Plan.NONE;
    private Set<String> notSeen = Set.of();
    private long saidAt = System.nanoTime();
    private final Set<String> passed = ConcurrentHashMap.newKeySet();
    private volatile int tooLarge;

    /**
     * Creates a replica's part.
     *
     * @param needs says what jobs need
     * @param output takes what those are told that wait
     */
    public Admission(
            ObjectStore objects,
            ReplicaMemory memory,
            JobNeeds needs,
            Consumer<RunProgress> output) {
        this.memory = requireNonNull(memory, "memory is null");
        this.output = requireNonNull(output, "output is null");
        this.marks = new ShortMemory(objects, memory.attempts());
        this.demands = new RunDemands(objects, marks, needs);
        this.watch = new MemoryWatch(memory, marks).start();
        this.reservations = new Reservations(memory.budget());
    }

    /** Whether a job may begin on this replica. */
    public sealed interface Answer {

        /** It may. */
        record Begin() implements Answer {}

        /** There is no room for it now. */
        record Wait() implements Answer {}

        /**
         * It is given up.
         *
         * @param reason what a person should know
         */
        record GiveUp(String reason) implements Answer {}
    }

    /** Puts a run into line, unless it is in it; from any thread. */
    public void join(String run) {
        demands.join(run);
    }

    @Override
    public MemoryAmount budget() {
        return memory.budget();
    }

    @Override
    public Demands demands(Set<String> runs, Set<JobId> owned) {
        Demands found = demands.of(runs, owned);
        notSeen = demands.notSeen();
        return found;
    }

    @Override
    public void planned(Plan newPlan) {
        Set<String> waited = waiting(plan);
        plan = newPlan;
        waited.removeAll(waiting(plan));
        waited.forEach(this::sayItsTurnHasCome);
        sayWhoWaits();
    }

    @Override
    public void follows() {
        plan = Plan.NONE;
        notSeen = Set.of();
        tooLarge = 0;
    }

    private static Set<String> waiting(Plan plan) {
        return plan.waiting().stream()
                .map(it -> it.run().run())
                .collect(Collectors.toCollection(HashSet::new));
    }

    /**
     * Says again who waits, if it is time to.
     *
     * @return runs that could not be looked up and should be now, or are not tried alone any more
     */
    public Set<String> tick() {
        Set<String> changed = new HashSet<>(passed);
        passed.removeAll(changed);
        if (System.nanoTime() - saidAt >= SAY_AGAIN.toNanos()) {
            sayWhoWaits();
            changed.addAll(notSeen);
        }
        return changed;
    }

    private void sayWhoWaits() {
        saidAt = System.nanoTime();
        tooLarge = jobsForLargerReplica();
        plan.waiting().forEach(this::say);
    }

    private int jobsForLargerReplica() {
        return plan.waiting().stream()
                .filter(it -> it.lack() == Lack.LARGER_REPLICA)
                .mapToInt(it -> it.run().jobs().size())
                .sum();
    }

    private void say(Waiting waiting) {
        MemoryWait wait =
                new MemoryWait(
                        waiting.run().needs(waiting.budget()).total(),
                        waiting.free().total(),
                        waiting.budget().total(),
                        waiting.replicas());
        say(waiting.run().run(), WaitingText.of(waiting), Optional.of(wait));
    }

    private void sayItsTurnHasCome(String run) {
        say(run, "has memory, starts", Optional.empty());
    }

    private void say(String run, String message, Optional<MemoryWait> wait) {
        demands.standing(run)
                .ifPresent(
                        standing ->
                                standing.demand()
                                        .jobs()
                                        .keySet()
                                        .forEach(
                                                site ->
                                                        output.accept(
                                                                progress(
                                                                        standing, site, message,
                                                                        wait))));
    }

    private static RunProgress progress(
            Standing standing, Site site, String message, Optional<MemoryWait> wait) {
        TrainingProgress reached =
                TrainingProgress.waiting(
                        site, standing.reached().getOrDefault(site, 0L), standing.steps(), wait);
        return new RunProgress(
                standing.demand().run(),
                reached,
                State.WAITING,
                Optional.of(message),
                OptionalLong.empty());
    }

    /** Asks whether a job that this replica owns may begin, and takes memory for it if so. */
    public Answer begin(RunSpec spec, Site site) {
        JobId job = new JobId(spec.run(), site);
        Optional<Mark> killed = marks.find(job);
        MemoryAmount need = demands.need(spec, site).in(memory.budget());
        if (killed.filter(marks::isHopeless).isPresent()) {
            marks.clear(job);
            return new Answer.GiveUp(WaitingText.killed(killed.get(), need));
        }
        if (!reservations.take(job, need, killed.isPresent())) {
            return new Answer.Wait();
        }
        killed.ifPresent(mark -> marks.tried(job, mark));
        watch.begin(job, killed.isPresent());
        return new Answer.Begin();
    }

    /** Takes note that a job has ended, in whatever way. */
    public void end(JobId job) {
        watch.end(job);
        reservations.give(job);
    }

    /** Tells whether a job is tried alone; from any thread. */
    public boolean isTrial(JobId job) {
        return watch.isTrial(job);
    }

    /**
     * Takes note that a job has taken steps and saved them, with all the memory that it needs for
     * both; from any thread.
     *
     * @return whether it was tried alone, and is no more
     */
    public boolean passed(JobId job) {
        boolean trial = watch.isTrial(job);
        watch.passed(job);
        if (trial) {
            passed.add(job.run());
        }
        return trial;
    }

    /** Returns how many jobs have begun on this replica and have not ended; from any thread. */
    public int jobs() {
        return reservations.jobs();
    }

    /** Returns what this replica has promised to jobs; from any thread. */
    public MemoryAmount taken() {
        return reservations.taken();
    }

    /** Returns how many jobs of the group wait for a larger replica; 0 where another one leads. */
    public int tooLarge() {
        return tooLarge;
    }

    @Override
    public void close() {
        watch.close();
        demands.close();
    }
}
