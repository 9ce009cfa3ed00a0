package org.lexicographer.benchmark.run;

import org.lexicographer.benchmark.profile.PipeCost;
import org.lexicographer.pipeline.run.RunSpec;

/** Services that runs can be submitted to. */
public interface Services extends AutoCloseable {

    /**
     * Submits a run, and returns when its last dictionary is evaluated.
     *
     * @throws IllegalStateException when the run or a service fails
     */
    RunTimes run(RunSpec spec);

    /** As {@link #run}, and tells what moving data has cost meanwhile. */
    PipeCost cost(RunSpec spec);

    /** Starts one more trainer-service, and returns when it is ready. */
    void addTrainer();

    /** Ends everything; nothing of it is kept. */
    @Override
    void close();
}
