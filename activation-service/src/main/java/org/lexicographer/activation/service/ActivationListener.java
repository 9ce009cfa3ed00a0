package org.lexicographer.activation.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.smallrye.common.annotation.Blocking;
import io.smallrye.reactive.messaging.kafka.Record;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.lexicographer.activation.job.ActivationOutput;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.ObjectStoreException;
import org.lexicographer.objectstore.retry.RetryPolicy;
import org.lexicographer.objectstore.retry.RetryingObjectStore;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.MessageDoor;
import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.trace.Tracing;
import org.lexicographer.runstore.StoredRuns;

/**
 * The service's control messages. Every replica reads all of {@code runs} from the beginning; what
 * it publishes is keyed, so a repetition replaces.
 */
@ApplicationScoped
public class ActivationListener implements ActivationOutput {

    private final ActivationLifecycle lifecycle;
    private final StoredRuns runs;
    private final Emitter<Record<String, byte[]>> progress;
    private final Emitter<byte[]> rejected;
    private final ActivationMetrics metrics;
    private final Tracing tracing;

    ActivationListener(
            ActivationLifecycle lifecycle,
            ObjectStore objects,
            @Channel("run-progress") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
                    Emitter<Record<String, byte[]>> progress,
            @Channel("rejected") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
                    Emitter<byte[]> rejected,
            ActivationMetrics metrics,
            Tracing tracing) {
        this.lifecycle = lifecycle;
        this.runs = new StoredRuns(RetryingObjectStore.wrap(objects, RetryPolicy.LISTENING));
        this.progress = progress;
        this.rejected = rejected;
        this.metrics = metrics;
        this.tracing = tracing;
    }

    /**
     * A run was submitted, resumed or, without a value, withdrawn. What is worked on is the run
     * that has the name, whoever sends another one.
     */
    @Incoming("runs")
    @Blocking
    public void run(ConsumerRecord<byte[], byte[]> run) {
        if (run.value() == null) {
            lifecycle.jobs().withdraw(new String(run.key(), UTF_8));
            return;
        }
        try {
            RunSpec spec = MessageDoor.run(run.key(), run.value());
            runs.admit(spec).run().ifPresent(lifecycle.jobs()::submit);
        } catch (InvalidFieldsException | ObjectStoreException e) {
            reject(Rejection.of(Topics.RUNS, run, e.getMessage()));
        }
    }

    @Override
    public void progress(RunProgress message) {
        metrics.progress(message);
        progress.send(Record.of(message.key(), message.toJson()));
    }

    @Override
    public Tracing tracing() {
        return tracing;
    }

    @Override
    public void reject(Rejection rejection) {
        metrics.rejected(rejection);
        OutgoingKafkaRecordMetadata<byte[]> metadata =
                OutgoingKafkaRecordMetadata.<byte[]>builder()
                        .withKey(rejection.key())
                        .withHeaders(rejection.headers())
                        .build();
        rejected.send(Message.of(rejection.value(), Metadata.of(metadata)));
    }
}
