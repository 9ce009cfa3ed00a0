package org.lexicographer.eval.service;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.lexicographer.eval.evaluator.Outcome;
import org.lexicographer.eval.job.EvaluationMeter;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation;

/** The figures of this process for an operator: evaluations, their time, outages, rejections. */
public final class EvalMetrics implements EvaluationMeter {

    private final Timer time;
    private final Counter tokens;
    private final Counter putOff;
    private final Counter rejected;

    public EvalMetrics(MeterRegistry registry) {
        time = registry.timer("evaluation");
        tokens = registry.counter("evaluation.tokens");
        putOff = registry.counter("evaluation.outages");
        rejected = registry.counter("evaluation.rejected");
    }

    @Override
    public Map<DictionaryCheckpoint, Outcome<Evaluation>> measured(
            Supplier<Map<DictionaryCheckpoint, Outcome<Evaluation>>> evaluate) {
        long start = System.nanoTime();
        Map<DictionaryCheckpoint, Outcome<Evaluation>> outcomes = evaluate.get();
        Duration part = Duration.ofNanos(System.nanoTime() - start).dividedBy(outcomes.size());
        for (Outcome<Evaluation> outcome : outcomes.values()) {
            if (outcome instanceof Outcome.Done<Evaluation>(Evaluation evaluation)) {
                time.record(part);
                tokens.increment(evaluation.tokens());
            }
        }
        return outcomes;
    }

    @Override
    public void countOutage() {
        putOff.increment();
    }

    @Override
    public void countRejected() {
        rejected.increment();
    }
}
