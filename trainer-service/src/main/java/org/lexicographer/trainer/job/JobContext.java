package org.lexicographer.trainer.job;

import ai.djl.Device;
import java.nio.file.Path;
import java.time.Duration;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stream.BlockTopics;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.lexicographer.runstore.RunExtensions;
import org.lexicographer.trainer.admission.Admission;
import org.lexicographer.trainer.initial.InitialDictionaries;
import org.lexicographer.trainer.stream.ConsumedBlocks;
import org.lexicographer.trainer.stream.Reextraction;
import org.lexicographer.trainer.stream.TokenBlocks;

/**
 * What every job of a replica works with.
 *
 * @param kafka the connection to the brokers
 * @param topics the block topics
 * @param objects the object store
 * @param output where jobs say what they have done
 * @param ends how runs end
 * @param device what is trained on
 * @param workFolder where large objects lie while they are read
 * @param codeVersion the version recorded in every dictionary's lineage
 * @param restartPause the least time between two starts of a job that crashes
 * @param admission which jobs have memory
 */
record JobContext(
        KafkaConnection kafka,
        BlockTopics topics,
        ObjectStore objects,
        TrainerOutput output,
        RunEnds ends,
        Device device,
        Path workFolder,
        String codeVersion,
        Duration restartPause,
        Admission admission) {

    ConsumedBlocks purge() {
        return new ConsumedBlocks(topics, objects);
    }

    InitialDictionaries initialDictionaries() {
        return new InitialDictionaries(objects, workFolder);
    }

    TokenBlocks tokenBlocks(RunSpec spec) {
        return new TokenBlocks(kafka, topics, new RunExtensions(objects), spec);
    }

    Reextraction reextraction() {
        return new Reextraction(topics, objects);
    }
}
