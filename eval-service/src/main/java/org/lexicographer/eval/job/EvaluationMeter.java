package org.lexicographer.eval.job;

import java.util.function.Supplier;
import org.lexicographer.pipeline.message.Evaluation;

/** Counts what becomes of announced checkpoints. */
public interface EvaluationMeter {

    /** Returns what the work gives, and takes note of how long it took. */
    Evaluation measured(Supplier<Evaluation> evaluate);

    /** Takes note that an outage put a job off. */
    void countOutage();

    /** Takes note that a job was rejected. */
    void countRejected();
}
