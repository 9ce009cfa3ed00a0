package org.lexicographer.pipeline.message;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/**
 * Says that no further shard of the run's dataset follows, or of one of the datasets that it mixes.
 *
 * @param run the run
 * @param dataset the dataset that ends; empty for all that the run has
 */
public record DatasetEnd(String run, Optional<String> dataset) implements DatasetMessage {

    public DatasetEnd {
        requireNonNull(run, "run is null");
        requireNonNull(dataset, "dataset is null");
    }

    /** Creates the end of all that a run has. */
    public DatasetEnd(String run) {
        this(run, Optional.empty());
    }

    /** Returns true: what tells this message from a shard. */
    @JsonProperty("end")
    public boolean end() {
        return true;
    }
}
