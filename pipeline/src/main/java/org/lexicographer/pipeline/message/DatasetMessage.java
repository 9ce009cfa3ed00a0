package org.lexicographer.pipeline.message;

import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.JsonFields;
import org.lexicographer.pipeline.RunSpec;

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
        JsonFields fields = JsonFields.of(Json.tree(json));
        DatasetMessage message = read(fields);
        fields.check();
        return message;
    }

    private static DatasetMessage read(JsonFields fields) {
        String run = fields.text("run", "", RunSpec::checkName);
        return fields.bool("end", false)
                ? new DatasetEnd(run)
                : new DatasetShard(
                        run,
                        fields.text("uri", "", DatasetShard::checkUri),
                        fields.optionalText("split", DatasetShard.Split::parse)
                                .orElse(DatasetShard.Split.TRAINING));
    }
}
