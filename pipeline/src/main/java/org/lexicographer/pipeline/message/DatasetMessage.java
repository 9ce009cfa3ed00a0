package org.lexicographer.pipeline.message;

import java.util.Optional;
import org.lexicographer.pipeline.FieldError;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.message.DatasetShard.Split;
import org.lexicographer.pipeline.run.DatasetMix;
import org.lexicographer.pipeline.run.RunSpec;

/**
 * A message of the {@code dataset-shards} topic: one more shard of a run's dataset, or its end.
 *
 * <pre>
 * {"run": "demo", "uri": "s3://datasets/a.jsonl.zst", "split": "training"}
 * {"run": "demo", "end": true}
 * {"run": "mixed", "uri": "s3://datasets/code.jsonl.zst", "dataset": "code"}
 * {"run": "mixed", "dataset": "code", "end": true}
 * </pre>
 */
public sealed interface DatasetMessage extends PipelineMessage permits DatasetShard, DatasetEnd {

    /** Returns the run that the message is for. */
    String run();

    /** Returns which of the datasets that the run mixes the message is about. */
    Optional<String> dataset();

    /** Returns what is wrong with the dataset that the message names, or does not, for a run. */
    default Optional<FieldError> datasetFault(RunSpec spec) {
        boolean isTrainedOn = this instanceof DatasetShard shard && shard.split() == Split.TRAINING;
        return DatasetMix.fault(spec.datasets(), dataset(), isTrainedOn);
    }

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
