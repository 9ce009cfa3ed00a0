package org.lexicographer.pipeline.message;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Says that no further shard of the run's dataset follows.
 *
 * @param run the run
 */
public record DatasetEnd(String run) implements DatasetMessage {

    public DatasetEnd {
        requireNonNull(run, "run is null");
    }

    /** Returns true: what tells this message from a shard. */
    @JsonProperty("end")
    public boolean end() {
        return true;
    }
}
