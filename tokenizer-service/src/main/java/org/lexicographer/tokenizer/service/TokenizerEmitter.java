package org.lexicographer.tokenizer.service;

import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.OutgoingMessageMetadata;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.tokenizer.progress.Rejection;
import org.lexicographer.tokenizer.progress.RunReports;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends control messages; all of them at least once but progress, of which the next one tells. */
@ApplicationScoped
public class TokenizerEmitter implements RunReports {

    private static final Logger LOG = LoggerFactory.getLogger(TokenizerEmitter.class);
    private static final Duration STORED_WITHIN = Duration.ofMinutes(3);

    private final MutinyEmitter<byte[]> progress;
    private final MutinyEmitter<byte[]> rejected;
    private final MutinyEmitter<byte[]> shards;

    /** Takes the outgoing channels. */
    public TokenizerEmitter(
            @Channel("run-progress") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
                    MutinyEmitter<byte[]> progress,
            @Channel("rejected") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
                    MutinyEmitter<byte[]> rejected,
            @Channel("published-shards") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
                    MutinyEmitter<byte[]> shards) {
        this.progress = progress;
        this.rejected = rejected;
        this.shards = shards;
    }

    @Override
    public void progress(RunProgress message) {
        progress.sendMessage(message(message.key(), message.toJson(), new RecordHeaders()))
                .subscribe()
                .with(
                        sent -> {},
                        failure -> LOG.warn("progress not sent: key={}", message.key(), failure));
    }

    @Override
    public void rejected(Rejection rejection) {
        Headers headers = headers(rejection.reason());
        header(headers, "topic", Topics.DATASET_SHARDS);
        header(headers, "partition", Integer.toString(rejection.entry().partition()));
        header(headers, "offset", Long.toString(rejection.entry().offset()));
        header(headers, "uri", rejection.uri());
        rejection.line().ifPresent(line -> header(headers, "line", Long.toString(line)));
        reject(rejection.entry().message().key(), rejection.entry().value(), headers);
    }

    /** Sets a record aside and returns when it is stored. */
    public void rejected(ConsumerRecord<String, byte[]> record, String reason) {
        Headers headers = headers(reason);
        header(headers, "topic", record.topic());
        header(headers, "partition", Integer.toString(record.partition()));
        header(headers, "offset", Long.toString(record.offset()));
        reject(record.key(), record.value(), headers);
    }

    private void reject(String key, byte[] value, Headers headers) {
        LOG.warn("rejected: key={}, {}", key, text(headers));
        byte[] content = value == null ? new byte[0] : value;
        rejected.sendMessage(message(key, content, headers)).await().atMost(STORED_WITHIN);
    }

    /** Publishes a dataset message and returns where it is stored. */
    public RecordMetadata publish(DatasetMessage message) {
        OutgoingMessageMetadata<RecordMetadata> stored = new OutgoingMessageMetadata<>();
        shards.sendMessage(
                        message(message.key(), message.toJson(), new RecordHeaders())
                                .addMetadata(stored))
                .await()
                .atMost(STORED_WITHIN);
        return Optional.ofNullable(stored.getResult())
                .orElseThrow(() -> new IllegalStateException("broker named no offset"));
    }

    private static Message<byte[]> message(String key, byte[] value, Headers headers) {
        OutgoingKafkaRecordMetadata<String> record =
                OutgoingKafkaRecordMetadata.<String>builder()
                        .withKey(key)
                        .withHeaders(headers)
                        .build();
        return Message.of(value, Metadata.of(record));
    }

    private static Headers headers(String reason) {
        Headers headers = new RecordHeaders();
        header(headers, "reason", reason);
        return headers;
    }

    private static String text(Headers headers) {
        return Stream.of(headers.toArray())
                .map(h -> h.key() + "=" + new String(h.value(), StandardCharsets.UTF_8))
                .collect(Collectors.joining(", "));
    }

    private static void header(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
