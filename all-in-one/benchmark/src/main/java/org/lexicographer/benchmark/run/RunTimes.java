package org.lexicographer.benchmark.run;

/**
 * What a run took.
 *
 * @param trainedPerSecond tokens a second that all dictionaries are trained on, well inside the run
 * @param extractedPerSecond tokens a second whose activations are published while trainers wait
 * @param beforeTraining seconds from the run's submission to the first step
 * @param training seconds from there to the last step of all sites
 * @param afterTraining seconds from there until the last dictionary was evaluated
 */
public record RunTimes(
        double trainedPerSecond,
        double extractedPerSecond,
        double beforeTraining,
        double training,
        double afterTraining) {

    /** Returns the seconds from the run's submission until the last dictionary was evaluated. */
    public double whole() {
        return beforeTraining + training + afterTraining;
    }
}
