package org.lexicographer.pipeline.message;

import com.fasterxml.jackson.annotation.JsonIgnore;
import org.lexicographer.pipeline.Json;

/** A control message: the value of one record of a JSON topic. */
public sealed interface PipelineMessage
        permits DatasetMessage, DictionaryCheckpoint, Evaluation, RunProgress {

    /** Returns the record's key. */
    @JsonIgnore
    String key();

    /** Writes the record's value. */
    default byte[] toJson() {
        return Json.write(this);
    }
}
