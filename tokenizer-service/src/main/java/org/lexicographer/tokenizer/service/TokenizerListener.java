package org.lexicographer.tokenizer.service;

import static java.util.Objects.requireNonNull;

import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.ObjectStoreException;
import org.lexicographer.objectstore.retry.RetryPolicy;
import org.lexicographer.objectstore.retry.RetryingObjectStore;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.account.LeftOutReason;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.message.DatasetShard;
import org.lexicographer.pipeline.message.MessageDoor;
import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.runstore.DatasetAccounts;
import org.lexicographer.runstore.StoredRuns;
import org.lexicographer.tokenizer.job.DatasetGate;
import org.lexicographer.tokenizer.job.TokenizerJobs;
import org.lexicographer.tokenizer.kafka.DatasetPartitions;
import org.lexicographer.tokenizer.kafka.DatasetRecords;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to runs and to messages about datasets. Delivery is at least once: a run that is known is
 * not taken up again, and what cannot be used may be set aside twice.
 */
@ApplicationScoped
public class TokenizerListener {

    private static final Logger LOG = LoggerFactory.getLogger(TokenizerListener.class);

    private final TokenizerJobs jobs;
    private final DatasetGate gate;
    private final DatasetPartitions partitions;
    private final TokenizerEmitter emitter;
    private final StoredRuns runs;
    private final DatasetAccounts accounts;

    public TokenizerListener(
            TokenizerJobs jobs,
            DatasetPartitions partitions,
            TokenizerEmitter emitter,
            ObjectStore store) {
        this.jobs = requireNonNull(jobs, "jobs is null");
        this.partitions = requireNonNull(partitions, "partitions is null");
        this.emitter = requireNonNull(emitter, "emitter is null");
        ObjectStore patient = RetryingObjectStore.wrap(store, RetryPolicy.LISTENING);
        this.gate = new DatasetGate(patient, jobs);
        this.runs = new StoredRuns(patient);
        this.accounts = new DatasetAccounts(patient);
    }

    /**
     * Takes a run up, or forgets it when it was withdrawn. What is worked on is the run that has
     * the name, whoever sends another one.
     */
    @Incoming("runs")
    @Blocking
    public void run(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            jobs.withdraw(record.key());
            return;
        }
        try {
            RunSpec spec = MessageDoor.run(MessageDoor.key(record.key()), record.value());
            runs.admit(spec).run().ifPresent(jobs::put);
        } catch (InvalidFieldsException | ObjectStoreException e) {
            LOG.error("run not taken up: run={}, reason={}", record.key(), e.getMessage());
            emitter.reject(Rejection.ofText(Topics.RUNS, record, e.getMessage()));
        }
    }

    private static Rejection unused(
            ConsumerRecord<String, byte[]> record, DatasetMessage message, String reason) {
        Rejection rejection =
                Rejection.ofText(Topics.DATASET_SHARDS, record, "not used: " + reason);
        return message instanceof DatasetShard shard
                ? rejection.because(shard.uri(), Optional.empty())
                : rejection;
    }

    /** Sets aside what no job can use or will use; the jobs read the topic themselves. */
    @Incoming("dataset-shards")
    @Blocking
    public void datasetMessage(ConsumerRecord<String, byte[]> record) {
        DatasetMessage message;
        try {
            message = DatasetRecords.read(record, partitions.count());
        } catch (InvalidFieldsException e) {
            emitter.reject(Rejection.ofText(Topics.DATASET_SHARDS, record, e.getMessage()));
            account(record, e.getMessage());
            return;
        }
        if (jobs.spec(message.run()).isEmpty()) {
            LOG.warn("message kept for a run that is not known yet: message={}", message);
        }
        gate.lateness(message, record.offset())
                .ifPresent(reason -> emitter.reject(unused(record, message, reason)));
    }

    /** What was set aside is shown in the run's status, if there is such a run. */
    private void account(ConsumerRecord<String, byte[]> record, String reason) {
        if (record.key() != null && jobs.spec(record.key()).isPresent()) {
            String message = "message %d of %s".formatted(record.offset(), Topics.DATASET_SHARDS);
            accounts.refuse(
                    record.key(),
                    new LeftOutReason(record.offset(), message, Optional.empty(), reason));
        }
    }
}
