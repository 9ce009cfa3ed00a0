package org.lexicographer.tokenizer.service;

import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.OutgoingMessageMetadata;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.trace.Tracing;
import org.lexicographer.pipeline.trace.Tracing.Span;
import org.lexicographer.runtime.BrokerReceipt;
import org.lexicographer.tokenizer.progress.TokenizerOutput;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends control messages, all at least once except progress, which the next report replaces. */
@ApplicationScoped
public class TokenizerEmitter implements TokenizerOutput {

    private static final Logger LOG = LoggerFactory.getLogger(TokenizerEmitter.class);
    private static final Duration STORED_WITHIN = Duration.ofMinutes(3);

    private final MutinyEmitter<byte[]> progress;
    private final MutinyEmitter<byte[]> rejected;
    private final MutinyEmitter<byte[]> shards;
    private final TokenizerMetrics metrics;
    private final Tracing tracing;

    public TokenizerEmitter(
            @Channel("run-progress") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
                    MutinyEmitter<byte[]> progress,
            @Channel("rejected") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
                    MutinyEmitter<byte[]> rejected,
            @Channel("published-shards") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
                    MutinyEmitter<byte[]> shards,
            TokenizerMetrics metrics,
            Tracing tracing) {
        this.progress = progress;
        this.rejected = rejected;
        this.shards = shards;
        this.metrics = metrics;
        this.tracing = tracing;
    }

    @Override
    public void progress(RunProgress message) {
        metrics.progress(message);
        progress.sendMessage(message(message.key(), message.toJson(), new RecordHeaders()))
                .subscribe()
                .with(
                        sent -> {},
                        failure -> LOG.warn("progress not sent: key={}", message.key(), failure));
    }

    @Override
    public void retried() {
        metrics.retriedJob();
    }

    @Override
    public void left(String run) {
        metrics.left(run);
    }

    @Override
    public void reject(Rejection rejection) {
        metrics.rejected(rejection);
        LOG.warn("rejected: key={}, {}", rejection.keyText(), rejection.text());
        await(
                rejected.sendMessage(
                        message(rejection.key(), rejection.value(), rejection.headers())));
    }

    /** Sends a dataset message; the result waits until it is stored, and says where. */
    public Supplier<RecordMetadata> publish(DatasetMessage message) {
        Span span =
                tracing.begin("dataset-shards publish", List.of(), Map.of("run", message.run()));
        RecordHeaders headers = new RecordHeaders();
        span.place().ifPresent(place -> place.addTo(headers));
        OutgoingMessageMetadata<RecordMetadata> stored = new OutgoingMessageMetadata<>();
        CompletionStage<Void> sent =
                shards.sendMessage(
                                message(message.key(), message.toJson(), headers)
                                        .addMetadata(stored))
                        .subscribeAsCompletionStage();
        return () -> {
            try (span) {
                BrokerReceipt.await(() -> sent, STORED_WITHIN);
            }
            return Optional.ofNullable(stored.getResult())
                    .orElseThrow(() -> new IllegalStateException("broker named no offset"));
        };
    }

    private static void await(Uni<Void> sent) {
        BrokerReceipt.await(sent::subscribeAsCompletionStage, STORED_WITHIN);
    }

    private static <K> Message<byte[]> message(K key, byte[] value, Headers headers) {
        OutgoingKafkaRecordMetadata<K> record =
                OutgoingKafkaRecordMetadata.<K>builder().withKey(key).withHeaders(headers).build();
        return Message.of(value, Metadata.of(record));
    }
}
