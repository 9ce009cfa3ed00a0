package org.lexicographer.eval.service;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.function.Supplier;
import org.lexicographer.eval.evaluator.Outcome;
import org.lexicographer.eval.job.EvaluationMeter;
import org.lexicographer.eval.metric.MetricDefinition;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.runtime.meter.CommonMeters;
import org.lexicographer.runtime.meter.CommonMeters.Retried;
import org.lexicographer.runtime.meter.JobMeters;
import org.lexicographer.runtime.meter.MeterName;

/**
 * The figures of this process for an operator: evaluations, their time and outages; and, for a
 * researcher, what the dictionaries that it has evaluated last are worth.
 */
public final class EvalMetrics implements EvaluationMeter {

    /** How many dictionaries are shown: meters must not become more with every run. */
    static final int SHOWN = 200;

    private static final MeterName TIME =
            new MeterName("evaluations", "How long evaluations took, each its part of the pass.");
    private static final MeterName TOKENS =
            new MeterName("evaluations.tokens", "Tokens that were evaluated on.");

    private static final Map<MeterName, MetricDefinition> OF_DICTIONARY =
            Map.of(
                    new MeterName(
                            "evaluations.loss.recovered",
                            "loss_recovered of a dictionary's last evaluation here."),
                    MetricDefinition.LOSS_RECOVERED,
                    new MeterName("evaluations.l0", "l0 of that evaluation."),
                    MetricDefinition.L0,
                    new MeterName(
                            "evaluations.fraction.of.variance.unexplained",
                            "fraction_of_variance_unexplained of that evaluation."),
                    MetricDefinition.FRACTION_OF_VARIANCE_UNEXPLAINED,
                    new MeterName("evaluations.fraction.alive", "fraction_alive of it."),
                    MetricDefinition.FRACTION_ALIVE);

    private final CommonMeters common;
    private final JobMeters jobs;
    private final SequencedSet<Tags> shown = new LinkedHashSet<>();

    /** Shows nothing yet. */
    public EvalMetrics(MeterRegistry registry) {
        common = new CommonMeters(registry);
        jobs = new JobMeters(registry);
        TIME.timer(registry, Tags.empty());
        jobs.count(TOKENS, Tags.empty(), 0);
    }

    @Override
    public void jobs(Supplier<Number> owned, Supplier<Number> waiting) {
        common.jobs(owned, waiting);
    }

    @Override
    public Map<DictionaryCheckpoint, Outcome<Evaluation>> measured(
            Supplier<Map<DictionaryCheckpoint, Outcome<Evaluation>>> evaluate) {
        long start = System.nanoTime();
        Map<DictionaryCheckpoint, Outcome<Evaluation>> outcomes = evaluate.get();
        Duration part = Duration.ofNanos(System.nanoTime() - start).dividedBy(outcomes.size());
        for (Outcome<Evaluation> outcome : outcomes.values()) {
            if (outcome instanceof Outcome.Done<Evaluation>(Evaluation evaluation)) {
                jobs.time(TIME, Tags.empty(), part);
                jobs.count(TOKENS, Tags.empty(), evaluation.tokens());
                show(evaluation);
            }
        }
        return outcomes;
    }

    private synchronized void show(Evaluation evaluation) {
        DictionaryId id = evaluation.dictionary();
        Tags tags = Tags.of("run", id.run(), "site", id.site().toString(), "recipe", id.recipe());
        shown.addLast(tags);
        OF_DICTIONARY.forEach(
                (name, metric) ->
                        evaluation
                                .metric(metric.id())
                                .ifPresent(value -> jobs.show(name, tags, value)));
        if (shown.size() > SHOWN) {
            jobs.left(shown.removeFirst());
        }
    }

    @Override
    public void countOutage() {
        common.retried(Retried.JOB);
    }

    /** Counts a record that was set aside. */
    void rejected(Rejection rejection) {
        common.rejected(rejection);
    }
}
