package org.lexicographer.activation.job;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.lexicographer.activation.model.LoadedModel;
import org.lexicographer.activation.stage.WorkedStages;
import org.lexicographer.languagemodel.LanguageModels;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.stream.KafkaConnection;

/**
 * What all jobs of a process share.
 *
 * @param replica the name of this process in progress messages
 * @param stages at which stages of runs this process works
 * @param kafka the connection to the brokers
 * @param objects the bucket of the runs
 * @param models the models in memory
 * @param output where control messages go
 * @param meter counts what jobs do
 * @param leaving how long a job that is stopped may take to finish what is under way
 */
public record JobContext(
        String replica,
        WorkedStages stages,
        KafkaConnection kafka,
        ObjectStore objects,
        LanguageModels<LoadedModel> models,
        ActivationOutput output,
        ExtractionMeter meter,
        Duration leaving) {

    public JobContext {
        requireNonNull(replica, "replica is null");
        requireNonNull(stages, "stages is null");
        requireNonNull(kafka, "kafka is null");
        requireNonNull(objects, "objects is null");
        requireNonNull(models, "models is null");
        requireNonNull(output, "output is null");
        requireNonNull(meter, "meter is null");
        requireNonNull(leaving, "leaving is null");
    }
}
