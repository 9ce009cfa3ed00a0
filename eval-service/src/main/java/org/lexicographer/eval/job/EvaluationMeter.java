package org.lexicographer.eval.job;

import java.util.Map;
import java.util.function.Supplier;
import org.lexicographer.eval.evaluator.Outcome;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation;

/** Counts what becomes of announced checkpoints. */
public interface EvaluationMeter {

    /**
     * Returns what the work gives, and takes note of how long it took: each evaluation an equal
     * part.
     */
    Map<DictionaryCheckpoint, Outcome<Evaluation>> measured(
            Supplier<Map<DictionaryCheckpoint, Outcome<Evaluation>>> evaluate);

    /** Takes note that an outage put a job off. */
    void countOutage();

    /**
     * Shows how many jobs there are.
     *
     * @param owned tells how many were announced and are not settled
     * @param waiting tells how many of them are not being evaluated
     */
    void jobs(Supplier<Number> owned, Supplier<Number> waiting);
}
