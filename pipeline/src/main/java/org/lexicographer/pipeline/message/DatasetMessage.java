package org.lexicographer.pipeline.message;

import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;

/**
 * A message of the {@code dataset-shards} topic: one more shard of a run's dataset, or its end.
 *
 * <pre>
 * {"run": "demo", "uri": "s3://datasets/a.jsonl.zst", "split": "training"}
 * {"run": "demo", "end": true}
 * </pre>
 */
public sealed interface DatasetMessage extends PipelineMessage permits DatasetShard, DatasetEnd {

    /** Returns the run that the message is for. */
    String run();

    @Override
    default String key() {
        return run();
    }

    /**
     * Reads a message.
     *
     * @throws InvalidFieldsException naming every wrong field
     */
    static DatasetMessage read(byte[] json) {
        return Json.read(json, DatasetFields.class).message();
    }
}
