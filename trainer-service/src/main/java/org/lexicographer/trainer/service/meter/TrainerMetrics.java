package org.lexicographer.trainer.service.meter;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.TrainingProgress;
import org.lexicographer.pipeline.stored.CurvePoint;
import org.lexicographer.runtime.meter.CommonMeters;
import org.lexicographer.runtime.meter.CommonMeters.Retried;
import org.lexicographer.runtime.meter.JobMeters;
import org.lexicographer.runtime.meter.MeterName;
import org.lexicographer.trainer.time.JobFigures;

/**
 * The figures of this process for an operator: how far each of its jobs is, and what it has sent.
 */
public final class TrainerMetrics {

    private static final double NANOS = 1e9;

    private static final MeterName STEP =
            new MeterName("dictionaries.step", "Training steps taken at the site.");
    private static final MeterName STEPS =
            new MeterName("dictionaries.steps", "Training steps wanted at the site.");
    private static final MeterName TOKENS =
            new MeterName("dictionaries.tokens", "Rows trained on at the site, each of one token.");
    private static final MeterName TOKENS_PER_SECOND =
            new MeterName("dictionaries.tokens.per.second", "Rows trained on per second, lately.");
    private static final MeterName LAG_BLOCKS =
            new MeterName(
                    "dictionaries.lag.blocks",
                    "Records of activation blocks that wait for the job.");
    private static final MeterName LAG =
            new MeterName(
                    "dictionaries.lag", "bytes", "Bytes of activation blocks that wait for it.");
    private static final MeterName BUFFER =
            new MeterName(
                    "dictionaries.buffer.fill",
                    "ratio",
                    "How much of the shuffle buffer holds rows that were not trained on yet.");
    private static final MeterName TRAINING =
            new MeterName(
                    "dictionaries.training",
                    "seconds",
                    "Time since the job's first step in this process.");
    private static final MeterName WAITING =
            new MeterName(
                    "dictionaries.waiting",
                    "seconds",
                    "How much of that time the job has waited for activation blocks.");
    private static final MeterName CHECKPOINT =
            new MeterName(
                    "dictionaries.checkpoint",
                    "How long checkpoints took, of dictionaries and of the job's state.");
    private static final MeterName CHECKPOINT_AGE =
            new MeterName(
                    "dictionaries.checkpoint.age",
                    "seconds",
                    "Time since the job's last checkpoint, or its start: what a crash would lose.");
    private static final MeterName CHECKPOINT_UNDER_WAY =
            new MeterName(
                    "dictionaries.checkpoint.under.way",
                    "seconds",
                    "How long the checkpoint that is due is being saved; 0 while none is due.");
    private static final MeterName ANNOUNCED =
            new MeterName("dictionaries.announced", "Dictionaries sent to the topic dictionaries.");

    private static final Map<MeterName, ToDoubleFunction<CurvePoint>> OF_RECIPE =
            Map.of(
                    ofRecipe("relative.loss", "The loss of the last reported step, relative."),
                    CurvePoint::relativeLoss,
                    ofRecipe("reconstruction", "Its part for the reconstruction."),
                    CurvePoint::reconstruction,
                    ofRecipe("sparsity", "Its part for sparsity."),
                    CurvePoint::sparsity,
                    ofRecipe("l0", "Active latents of a token, on average."),
                    CurvePoint::l0,
                    ofRecipe("dead.latents", "Latents that were not active for long."),
                    CurvePoint::deadLatents,
                    ofRecipe("variance.explained", "The share of the variance that is explained."),
                    it -> it.varianceExplained().orElse(Double.NaN),
                    ofRecipe("learning.rate", "The learning rate of the step."),
                    CurvePoint::learningRate);

    private final LongSupplier nanoTime;
    private final CommonMeters common;
    private final JobMeters jobs;
    private final Map<Tags, State> states = new ConcurrentHashMap<>();

    private static MeterName ofRecipe(String name, String meaning) {
        return new MeterName("dictionaries." + name, meaning);
    }

    /** Shows no jobs yet. */
    public TrainerMetrics(MeterRegistry registry) {
        this(registry, System::nanoTime);
    }

    TrainerMetrics(MeterRegistry registry, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        common = new CommonMeters(registry);
        jobs = new JobMeters(registry);
        jobs.count(ANNOUNCED, Tags.empty(), 0);
    }

    /** Shows how many jobs this process has, once that is known. */
    void owned(Supplier<Number> owned) {
        common.jobs(owned, this::waiting);
    }

    private long waiting() {
        return states.values().stream().filter(State.WAITING::equals).count();
    }

    private static Tags job(String run, Site site) {
        return Tags.of("run", run, "site", site.toString());
    }

    /** Takes a job's figures from what it says; other parts of a run have none here. */
    public void progress(RunProgress message) {
        if (message.part() instanceof TrainingProgress training) {
            Tags job = job(message.run(), training.site());
            if (states.put(job, message.state()) == null) {
                showCheckpointAge(job);
                jobs.show(CHECKPOINT_UNDER_WAY, job, 0);
            }
            jobs.show(STEP, job, training.step());
            jobs.show(STEPS, job, training.steps());
            jobs.show(TOKENS, job, training.tokens());
            jobs.show(TOKENS_PER_SECOND, job, training.tokensPerSecond());
            training.stream().lagBlocks().ifPresent(lag -> jobs.show(LAG_BLOCKS, job, lag));
            training.stream().lagBytes().ifPresent(lag -> jobs.show(LAG, job, lag));
        }
    }

    private void showCheckpointAge(Tags job) {
        jobs.show(CHECKPOINT_AGE, job, secondsFromNow());
    }

    private Supplier<Number> secondsFromNow() {
        long at = nanoTime.getAsLong();
        return () -> (nanoTime.getAsLong() - at) / NANOS;
    }

    /** Takes what the last reported step of each of a site's recipes saw. */
    public void reported(String run, Site site, Map<String, CurvePoint> recipes) {
        recipes.forEach(
                (recipe, point) -> {
                    Tags tags = job(run, site).and("recipe", recipe);
                    OF_RECIPE.forEach((name, of) -> jobs.show(name, tags, of.applyAsDouble(point)));
                });
    }

    /** Takes what a job has spent its time with, and what it holds. */
    public void worked(String run, Site site, JobFigures figures) {
        Tags job = job(run, site);
        jobs.show(BUFFER, job, figures.bufferFill());
        jobs.count(TRAINING, job, seconds(figures.training()));
        jobs.count(WAITING, job, seconds(figures.waiting()));
    }

    private static double seconds(Duration time) {
        return time.toNanos() / NANOS;
    }

    /** Takes note of a checkpoint that is due by the run's schedule, and begun. */
    public void checkpointing(String run, Site site) {
        jobs.show(CHECKPOINT_UNDER_WAY, job(run, site), secondsFromNow());
    }

    /** Takes note of a checkpoint that is whole. */
    public void checkpointed(String run, Site site, Duration took) {
        jobs.show(CHECKPOINT_UNDER_WAY, job(run, site), 0);
        jobs.time(CHECKPOINT, job(run, site), took);
        showCheckpointAge(job(run, site));
    }

    /** Forgets a job that this process works on no more: others, or nobody, have its figures. */
    public void left(String run, Site site) {
        states.remove(job(run, site));
        jobs.left(job(run, site));
    }

    /** Counts a dictionary that was announced. */
    public void announcedDictionary() {
        jobs.count(ANNOUNCED, Tags.empty(), 1);
    }

    /** Counts a job that crashed and is tried again. */
    public void retriedJob() {
        common.retried(Retried.JOB);
    }

    /** Counts a record that was set aside. */
    public void rejected(Rejection rejection) {
        common.rejected(rejection);
    }
}
