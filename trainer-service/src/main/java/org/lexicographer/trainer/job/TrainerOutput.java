package org.lexicographer.trainer.job;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.stored.CurvePoint;
import org.lexicographer.pipeline.trace.TraceParent;
import org.lexicographer.pipeline.trace.Tracing;
import org.lexicographer.trainer.time.JobFigures;

/** Where jobs say what they have done. */
public interface TrainerOutput {

    /** Publishes how far a part of a run has come; a later one replaces it. */
    void progress(RunProgress progress);

    /**
     * Publishes that a job waits for its turn, or that its turn has come: it is not, or not yet,
     * one of this replica's.
     */
    void inLine(RunProgress progress);

    /** Shows an operator what the last reported step of each of a site's recipes saw, by name. */
    void reported(String run, Site site, Map<String, CurvePoint> recipes);

    /** Shows an operator what a site's job holds and what it has spent its time with. */
    void worked(String run, Site site, JobFigures figures);

    /** Shows an operator that a site's job saves a checkpoint that its run's schedule has here. */
    void checkpointing(String run, Site site);

    /** Shows an operator that a site's job has saved that checkpoint, and how long it took. */
    void checkpointed(String run, Site site, Duration took);

    /** Counts a job that has crashed and is tried again. */
    void retried();

    /** Says that this replica works on a site's job no more. */
    void left(String run, Site site);

    /** Returns what traces the blocks that come with a place in a trace. */
    Tracing tracing();

    /**
     * Announces a dictionary; returns once the broker has it.
     *
     * @param trace the place in a trace of what saved it
     */
    void announce(DictionaryCheckpoint checkpoint, Optional<TraceParent> trace);

    /** Sets a record aside that cannot be used; returns at once. */
    void reject(Rejection rejection);
}
