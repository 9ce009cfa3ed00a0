package org.lexicographer.trainer.service;

import io.smallrye.common.annotation.Blocking;
import io.smallrye.reactive.messaging.kafka.Record;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.ObjectStoreException;
import org.lexicographer.objectstore.retry.RetryPolicy;
import org.lexicographer.objectstore.retry.RetryingObjectStore;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.MessageDoor;
import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.message.RunOwner;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.CurvePoint;
import org.lexicographer.pipeline.trace.TraceParent;
import org.lexicographer.pipeline.trace.Tracing;
import org.lexicographer.runstore.RunAdmission;
import org.lexicographer.runstore.RunAdmission.Admitted;
import org.lexicographer.runstore.RunAdmission.Refused;
import org.lexicographer.runstore.RunOwners;
import org.lexicographer.runstore.StoredRuns;
import org.lexicographer.runtime.BrokerReceipt;
import org.lexicographer.trainer.job.FailedParts;
import org.lexicographer.trainer.job.TrainerOutput;
import org.lexicographer.trainer.service.meter.Observation;
import org.lexicographer.trainer.service.meter.RunMetrics;
import org.lexicographer.trainer.service.meter.TrainerMetrics;
import org.lexicographer.trainer.time.JobFigures;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trainer's control messages. Every replica reads all of {@code runs} and {@code run-progress}
 * from the beginning; what it publishes is keyed, so a repetition replaces.
 */
@ApplicationScoped
public class TrainerListener implements TrainerOutput {

    private static final Logger LOG = LoggerFactory.getLogger(TrainerListener.class);
    private static final Duration ANNOUNCED_WITHIN = Duration.ofHours(1);

    private final FailedParts failed = new FailedParts();
    private final RunBoard board;
    private final TrainerLifecycle lifecycle;
    private final StoredRuns stored;
    private final RunOwners owners;
    private final Emitter<Record<String, byte[]>> runs;
    private final Emitter<Record<String, byte[]>> progress;
    private final Emitter<Record<String, byte[]>> dictionaries;
    private final Emitter<byte[]> rejected;
    private final TrainerMetrics metrics;
    private final RunMetrics runMetrics;
    private final Tracing tracing;

    TrainerListener(
            RunBoard board,
            TrainerLifecycle lifecycle,
            ObjectStore objects,
            @Channel("runs-out") Emitter<Record<String, byte[]>> runs,
            @Channel("run-progress-out") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
                    Emitter<Record<String, byte[]>> progress,
            @Channel("dictionaries") Emitter<Record<String, byte[]>> dictionaries,
            @Channel("rejected") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
                    Emitter<byte[]> rejected,
            Observation observation) {
        this.board = board;
        this.lifecycle = lifecycle;
        ObjectStore patient = RetryingObjectStore.wrap(objects, RetryPolicy.LISTENING);
        this.stored = new StoredRuns(patient);
        this.owners = new RunOwners(patient);
        this.runs = runs;
        this.progress = progress;
        this.dictionaries = dictionaries;
        this.rejected = rejected;
        this.metrics = observation.jobs();
        this.runMetrics = observation.runs();
        this.tracing = observation.tracing();
        observation.admission(() -> lifecycle.admission());
    }

    /**
     * A run was submitted, resumed or withdrawn. The first run of a name is the one that is worked
     * on; another spec of that name is set aside here. A value that is no run spec is set aside by
     * the tokenizer service.
     */
    @Incoming("runs")
    @Blocking
    public void run(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            lifecycle.replica().withdraw(record.key());
            return;
        }
        try {
            admit(record, MessageDoor.run(MessageDoor.key(record.key()), record.value()));
        } catch (InvalidFieldsException e) {
            LOG.warn("run spec not usable: key={}, reason={}", record.key(), e.getMessage());
        } catch (ObjectStoreException e) {
            LOG.error("run not taken up: run={}, reason={}", record.key(), e.getMessage());
            reject(Rejection.ofText(Topics.RUNS, record, e.getMessage()));
        }
    }

    private void admit(ConsumerRecord<String, byte[]> record, RunSpec spec) {
        RunAdmission admission = stored.admit(spec);
        switch (admission) {
            case Refused refused -> reject(Rejection.ofText(Topics.RUNS, record, refused.reason()));
            // Whoever submitted it may have died before the owner was recorded.
            case Admitted _ ->
                    RunOwner.of(record).ifPresent(owner -> owners.record(spec.run(), owner));
        }
        admission.run().ifPresent(run -> lifecycle.replica().awaken(run.run()));
    }

    /**
     * Some part of a run has come further; one that fails ends its run. What failed while no
     * replica was there to see it ends its run as well, unless the run was resumed since: that is
     * known once all that was there before this process has been read.
     */
    @Incoming("run-progress")
    @Blocking
    public void progress(ConsumerRecord<String, byte[]> message) {
        Optional<RunProgress> said = board.accept(message.key(), message.value());
        said.ifPresent(failed::accept);
        runMetrics.said(message.key(), said, Instant.ofEpochMilli(message.timestamp()));
        if (message.offset() + 1 >= lifecycle.progressBefore()) {
            failed.take().forEach(lifecycle.replica()::fail);
        }
    }

    /** Publishes a run, and whose it is, to all services. */
    public CompletionStage<Void> publish(RunSpec spec, byte[] json, Optional<RunOwner> owner) {
        Record<String, byte[]> record = Record.of(spec.run(), json);
        if (owner.isEmpty()) {
            return runs.send(record);
        }
        CompletableFuture<Void> taken = new CompletableFuture<>();
        runs.send(
                Message.of(
                        record,
                        Metadata.of(
                                OutgoingKafkaRecordMetadata.builder()
                                        .withHeaders(RunOwner.headers(owner))
                                        .build()),
                        () -> {
                            taken.complete(null);
                            return CompletableFuture.completedStage(null);
                        },
                        failure -> {
                            taken.completeExceptionally(failure);
                            return CompletableFuture.completedStage(null);
                        }));
        return taken;
    }

    /** Tells all services that a run is not wanted any more. */
    public CompletionStage<Void> withdraw(String run) {
        return runs.send(Record.of(run, null));
    }

    /** Removes what a part of a run has said. */
    public void forget(RunProgress message) {
        progress.send(Record.of(message.key(), null));
    }

    @Override
    public void progress(RunProgress message) {
        metrics.progress(message);
        inLine(message);
    }

    @Override
    public void inLine(RunProgress message) {
        progress.send(Record.of(message.key(), message.toJson()));
    }

    @Override
    public void reported(String run, Site site, Map<String, CurvePoint> recipes) {
        metrics.reported(run, site, recipes);
    }

    @Override
    public void worked(String run, Site site, JobFigures figures) {
        metrics.worked(run, site, figures);
    }

    @Override
    public void checkpointing(String run, Site site) {
        metrics.checkpointing(run, site);
    }

    @Override
    public void checkpointed(String run, Site site, Duration took) {
        metrics.checkpointed(run, site, took);
    }

    @Override
    public void retried() {
        metrics.retriedJob();
    }

    @Override
    public void left(String run, Site site) {
        metrics.left(run, site);
    }

    @Override
    public Tracing tracing() {
        return tracing;
    }

    @Override
    public void announce(DictionaryCheckpoint checkpoint, Optional<TraceParent> trace) {
        BrokerReceipt.await(() -> send(checkpoint, trace), ANNOUNCED_WITHIN);
        metrics.announcedDictionary();
    }

    private CompletionStage<Void> send(
            DictionaryCheckpoint checkpoint, Optional<TraceParent> trace) {
        RecordHeaders headers = new RecordHeaders();
        trace.ifPresent(place -> place.addTo(headers));
        CompletableFuture<Void> stored = new CompletableFuture<>();
        dictionaries.send(
                Message.of(Record.of(checkpoint.key(), checkpoint.toJson()))
                        .addMetadata(
                                OutgoingKafkaRecordMetadata.<String>builder()
                                        .withHeaders(headers)
                                        .build())
                        .withAck(
                                () -> {
                                    stored.complete(null);
                                    return CompletableFuture.completedStage(null);
                                })
                        .withNack(
                                failure -> {
                                    stored.completeExceptionally(failure);
                                    return CompletableFuture.completedStage(null);
                                }));
        return stored;
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
