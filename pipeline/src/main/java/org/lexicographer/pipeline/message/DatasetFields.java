package org.lexicographer.pipeline.message;

import java.util.Optional;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.Names;
import org.lexicographer.pipeline.message.DatasetShard.Split;

/**
 * The fields of a dataset message as JSON has them.
 *
 * @param run the run
 * @param uri the shard's address; none in a message that ends the dataset
 * @param split what the shard is for; training when it does not say
 * @param dataset which of the datasets that the run mixes the message is about
 * @param end whether the message ends the dataset
 */
record DatasetFields(
        String run,
        Optional<String> uri,
        Optional<Split> split,
        Optional<String> dataset,
        Optional<Boolean> end) {

    DatasetFields {
        Checks checks = new Checks().by("run", run, Names::check);
        if (end.orElse(false)) {
            String rule = "not in a message that ends the dataset";
            checks.that("uri", uri.isEmpty(), rule, "nothing", uri.orElse(null))
                    .that("split", split.isEmpty(), rule, "nothing", split.orElse(null));
        } else {
            checks.by("uri", uri.orElse(null), DatasetShard::checkUri)
                    .that(
                            "dataset",
                            split.orElse(Split.TRAINING) == Split.TRAINING || dataset.isEmpty(),
                            "not in a shard for evaluation, as these are not mixed",
                            "nothing",
                            dataset.orElse(null));
        }
        dataset.ifPresent(name -> checks.by("dataset", name, Names::check));
        checks.end();
    }

    DatasetMessage message() {
        return end.orElse(false)
                ? new DatasetEnd(run, dataset)
                : new DatasetShard(run, uri.orElseThrow(), split.orElse(Split.TRAINING), dataset);
    }
}
