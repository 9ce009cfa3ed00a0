package org.lexicographer.eval.service;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.function.Supplier;
import org.lexicographer.eval.job.EvaluationMeter;
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
    public Evaluation measured(Supplier<Evaluation> evaluate) {
        Evaluation evaluation = time.record(evaluate);
        tokens.increment(evaluation.tokens());
        return evaluation;
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
