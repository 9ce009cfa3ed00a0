package org.lexicographer.tokenizer.service;

import jakarta.ws.rs.core.Response.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.message.DatasetShard;
import org.lexicographer.runtime.problem.Problem;
import org.lexicographer.runtime.problem.ProblemException;

/** Sends the messages of a request: all are under way before any is waited for. */
final class SentMessages {

    private static final int MOST_NAMED = 20;

    private SentMessages() {}

    /**
     * Returns where the messages are stored.
     *
     * @param send sends one, and waits for it when its result is asked for
     * @throws KafkaException when none is stored
     * @throws ProblemException naming those that are not, when others are
     */
    static List<RecordMetadata> stored(
            List<DatasetMessage> messages,
            Function<DatasetMessage, Supplier<RecordMetadata>> send) {
        List<Supplier<RecordMetadata>> sent = messages.stream().map(send).toList();
        List<RecordMetadata> stored = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        KafkaException failure = null;
        for (int i = 0; i < sent.size(); i++) {
            try {
                stored.add(sent.get(i).get());
            } catch (KafkaException e) {
                failure = failure == null ? e : failure;
                missing.add(name(messages.get(i)));
            }
        }
        if (failure == null) {
            return stored;
        }
        throw stored.isEmpty() ? failure : partly(stored.size(), missing, failure);
    }

    private static String name(DatasetMessage message) {
        return switch (message) {
            case DatasetShard shard -> shard.uri();
            case DatasetEnd end -> "end" + end.dataset().map(name -> " of " + name).orElse("");
        };
    }

    private static ProblemException partly(
            int stored, List<String> missing, KafkaException failure) {
        return new ProblemException(
                Problem.of(
                        Status.SERVICE_UNAVAILABLE.getStatusCode(),
                        "published in part: published=%d, not published=%d: %s%s, reason=%s"
                                .formatted(
                                        stored,
                                        missing.size(),
                                        missing.subList(0, Math.min(missing.size(), MOST_NAMED)),
                                        missing.size() > MOST_NAMED ? " and more" : "",
                                        failure.getMessage())));
    }
}
