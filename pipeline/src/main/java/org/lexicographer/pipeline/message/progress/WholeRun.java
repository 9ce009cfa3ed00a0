package org.lexicographer.pipeline.message.progress;

/** The part that speaks for the run as a whole; it has no figures of its own. */
public record WholeRun() implements PartProgress {

    static final String PART = "run";

    @Override
    public String part() {
        return PART;
    }

    @Override
    public Figures figures() {
        return new Figures();
    }
}
