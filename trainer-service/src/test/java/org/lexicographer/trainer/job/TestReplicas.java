package org.lexicographer.trainer.job;

import ai.djl.Device;
import java.nio.file.Path;
import java.time.Duration;
import org.lexicographer.embedded.EmbeddedKafka;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.lexicographer.trainer.admission.JobNeeds;
import org.lexicographer.trainer.admission.Memories;
import org.lexicographer.trainer.admission.ReplicaMemory;

/** Starts replicas that step on the CPU, restart jobs at once and leave when they have saved. */
record TestReplicas(EmbeddedKafka kafka, ObjectStore objects, TrainerOutput output) {

    /** More than saving takes anywhere. */
    private static final Duration TIME_TO_LEAVE = Duration.ofMinutes(15);

    private static final Duration RESTART_PAUSE = Duration.ofMillis(10);

    /** Starts one that has memory for all jobs. */
    TrainerReplica start(Path workFolder) {
        return start(workFolder, Memories.PLENTY, Memories.each(1));
    }

    /** Starts one of some memory. */
    TrainerReplica start(Path workFolder, ReplicaMemory memory, JobNeeds needs) {
        return new TrainerReplica(
                        KafkaConnection.plaintext(kafka.bootstrapServers()),
                        objects,
                        output,
                        new TrainerReplica.Settings(
                                Device.cpu(), workFolder, "test", RESTART_PAUSE, TIME_TO_LEAVE),
                        memory,
                        needs)
                .start();
    }
}
