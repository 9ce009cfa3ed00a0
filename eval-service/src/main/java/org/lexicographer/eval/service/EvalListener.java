package org.lexicographer.eval.service;

import io.smallrye.reactive.messaging.kafka.KafkaRecord;
import io.smallrye.reactive.messaging.kafka.Record;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.header.Headers;
import org.eclipse.microprofile.reactive.messaging.Acknowledgment;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.lexicographer.eval.job.EvaluationJob;
import org.lexicographer.eval.job.EvaluationJobs;
import org.lexicographer.eval.stage.EvaluationOutput;
import org.lexicographer.eval.stage.OutputFailedException;
import org.lexicographer.eval.view.ProgressBoard;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.message.MessageDoor;
import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.trace.TraceParent;
import org.lexicographer.pipeline.trace.Tracing;
import org.lexicographer.pipeline.trace.Tracing.Span;
import org.lexicographer.runtime.BrokerReceipt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Binds the jobs to their topics. Delivery is at least once: an announced checkpoint is
 * acknowledged when its evaluation is stored and announced, and one that comes again is only
 * announced again, under the same key.
 */
@ApplicationScoped
public class EvalListener implements EvaluationOutput {

    private static final Logger LOG = LoggerFactory.getLogger(EvalListener.class);
    private static final Duration ACKNOWLEDGED_WITHIN = Duration.ofSeconds(30);

    private final EvaluationJobs jobs;
    private final ProgressBoard board;
    private final Emitter<Record<String, byte[]>> dictionaries;
    private final Emitter<Record<String, byte[]>> evaluations;
    private final Emitter<Record<String, byte[]>> progress;
    private final Emitter<byte[]> rejected;
    private final EvalMetrics metrics;
    private final Tracing tracing;

    EvalListener(
            EvaluationJobs jobs,
            ProgressBoard board,
            @Channel("dictionaries-out") Emitter<Record<String, byte[]>> dictionaries,
            @Channel("evaluations") Emitter<Record<String, byte[]>> evaluations,
            @Channel("run-progress-out") Emitter<Record<String, byte[]>> progress,
            @Channel("rejected") Emitter<byte[]> rejected,
            EvalMetrics metrics,
            Tracing tracing) {
        this.jobs = jobs;
        this.board = board;
        this.dictionaries = dictionaries;
        this.evaluations = evaluations;
        this.progress = progress;
        this.rejected = rejected;
        this.metrics = metrics;
        this.tracing = tracing;
    }

    /** A dictionary was saved. */
    @Incoming("dictionaries")
    @Acknowledgment(Acknowledgment.Strategy.MANUAL)
    public CompletionStage<Void> announced(KafkaRecord<String, byte[]> message) {
        try {
            jobs.submit(
                    new AnnouncedJob(
                            MessageDoor.dictionary(
                                    MessageDoor.key(message.getKey()), message.getPayload()),
                            message));
            return CompletableFuture.completedStage(null);
        } catch (InvalidFieldsException e) {
            LOG.warn("checkpoint not readable: key={}", message.getKey(), e);
            return reject(message, e.getMessage()).thenCompose(stored -> message.ack());
        }
    }

    /** Some part of a run has come further. */
    @Incoming("run-progress")
    public void progressed(Record<String, byte[]> message) {
        try {
            board.put(
                    message.key(),
                    Optional.ofNullable(message.value())
                            .map(json -> MessageDoor.progress(key(message), json)));
        } catch (InvalidFieldsException e) {
            LOG.warn("progress not readable: key={}", message.key(), e);
        }
    }

    private static byte[] key(Record<String, byte[]> message) {
        return MessageDoor.key(message.key());
    }

    @Override
    public void dictionary(DictionaryCheckpoint checkpoint) {
        await(() -> dictionaries.send(Record.of(checkpoint.key(), checkpoint.toJson())));
    }

    @Override
    public void evaluation(Evaluation evaluation) {
        await(() -> evaluations.send(Record.of(evaluation.key(), evaluation.toJson())));
    }

    @Override
    public void progress(RunProgress message) {
        try {
            progress.send(Record.of(message.key(), message.toJson()));
        } catch (IllegalStateException e) {
            LOG.warn("progress not announced: key={}", message.key(), e);
        }
    }

    private CompletionStage<Void> reject(KafkaRecord<String, byte[]> message, String reason) {
        Rejection rejection = rejection(message, reason);
        metrics.rejected(rejection);
        CompletableFuture<Void> stored = new CompletableFuture<>();
        rejected.send(
                Message.of(rejection.value())
                        .addMetadata(
                                OutgoingKafkaRecordMetadata.<byte[]>builder()
                                        .withKey(rejection.key())
                                        .withHeaders(rejection.headers())
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

    private static Rejection rejection(KafkaRecord<String, byte[]> message, String reason) {
        long offset =
                message.getMetadata(IncomingKafkaRecordMetadata.class)
                        .map(metadata -> metadata.getOffset())
                        .orElse(-1L);
        return new Rejection(
                new Rejection.Source(Topics.DICTIONARIES, message.getPartition(), offset),
                MessageDoor.key(message.getKey()),
                message.getPayload(),
                reason,
                Optional.empty(),
                Optional.empty());
    }

    private static void await(Supplier<CompletionStage<Void>> send) {
        try {
            BrokerReceipt.await(send, ACKNOWLEDGED_WITHIN);
        } catch (KafkaException e) {
            throw isRefusal(e) ? e : new OutputFailedException(e);
        }
    }

    /** What the brokers will not take, however often it is sent; a password may be exchanged. */
    private static boolean isRefusal(Throwable failure) {
        return failure instanceof ApiException
                && !(failure instanceof RetriableException)
                && !(failure instanceof AuthenticationException);
    }

    /** An announcement that is not traced stays so; the span is of its waiting, too. */
    private Span span(DictionaryCheckpoint checkpoint, Headers headers) {
        List<TraceParent> parents = TraceParent.of(headers).stream().toList();
        return (parents.isEmpty() ? Tracing.NONE : tracing)
                .begin(
                        "evaluations evaluate",
                        parents,
                        Map.of(
                                "run", checkpoint.dictionary().run(),
                                "dictionary", checkpoint.dictionary(),
                                "step", checkpoint.step()));
    }

    /** One record of {@code dictionaries}. */
    private final class AnnouncedJob implements EvaluationJob {
        private final DictionaryCheckpoint checkpoint;
        private final KafkaRecord<String, byte[]> message;
        private final Span span;

        AnnouncedJob(DictionaryCheckpoint checkpoint, KafkaRecord<String, byte[]> message) {
            this.checkpoint = checkpoint;
            this.message = message;
            this.span = span(checkpoint, message.getHeaders());
        }

        @Override
        public DictionaryCheckpoint checkpoint() {
            return checkpoint;
        }

        @Override
        public void settle() {
            span.close();
            message.ack();
        }

        @Override
        public void reject(String reason) {
            await(() -> EvalListener.this.reject(message, reason));
            span.close();
            message.ack();
        }
    }
}
