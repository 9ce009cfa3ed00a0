package org.lexicographer.trainer.watch;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import org.lexicographer.dictionary.config.Lineage;
import org.lexicographer.dictionary.config.Lineage.Stopped.Reason;

/**
 * Why a dictionary's training ended before the run's last step, and what is left of it.
 *
 * @param why the reason and the step, as the dictionary's lineage records them
 * @param dictionaryStep the steps that the final dictionary has had; one that diverged is that of
 *     its last sound checkpoint, or the initial one, 0
 */
public record Stop(Lineage.Stopped why, long dictionaryStep) {

    public Stop {
        requireNonNull(why, "why is null");
    }

    static Stop diverged(long step, long dictionaryStep, String message) {
        return new Stop(new Lineage.Stopped(Reason.DIVERGED, step, message), dictionaryStep);
    }

    static Stop early(long step, String message) {
        return new Stop(new Lineage.Stopped(Reason.EARLY_STOP, step, message), step);
    }

    /**
     * A recipe whose activations cannot be used, or that broke.
     *
     * @param dictionaryStep the steps of the last dictionary that was saved; 0 for none
     */
    static Stop failed(long step, long dictionaryStep, String message) {
        return new Stop(new Lineage.Stopped(Reason.FAILED, step, message), dictionaryStep);
    }

    /** Tells whether the dictionary as it was last is not to be used. */
    @JsonIgnore
    public boolean isFailure() {
        return switch (why.reason()) {
            case DIVERGED, FAILED -> true;
            case EARLY_STOP -> false;
        };
    }

    /** Tells whether a dictionary is left: one that failed before it was saved leaves none. */
    @JsonIgnore
    public boolean leavesDictionary() {
        return why.reason() != Reason.FAILED || dictionaryStep > 0;
    }

    /** Tells whether the dictionary went bad. */
    @JsonIgnore
    public boolean isDivergence() {
        return why.reason() == Reason.DIVERGED;
    }

    /** Returns the reason for people to read. */
    public String text() {
        return "%s at step %d: %s".formatted(why.reason().text(), why.step(), why.message());
    }
}
