package org.lexicographer.allinone.run;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;

/** What is known of one run: the last progress of each of its parts, and what was rejected. */
public final class RunStatus {

    private final String run;

    /**
     * Parts speak about once a second; one that is silent while others of its kind speak is gone.
     */
    private static final long MILLIS_UNTIL_GONE = 15_000;

    private final Map<String, RunProgress> parts = new TreeMap<>();
    private final Map<String, Long> spokeAt = new TreeMap<>();
    private final List<String> rejected = new ArrayList<>();

    RunStatus(String run) {
        this.run = requireNonNull(run, "run is null");
    }

    /** Takes in a record of the progress topic or of the topic of rejected records. */
    void take(ConsumerRecord<byte[], byte[]> entry) {
        String key = entry.key() == null ? "" : new String(entry.key(), StandardCharsets.UTF_8);
        if (!key.equals(run) && !key.startsWith(run + "/")) {
            return;
        }
        if (entry.topic().equals(Topics.REJECTED)) {
            rejected.add(reason(entry));
        } else if (entry.value() == null) {
            parts.remove(key.substring(Math.min(key.length(), run.length() + 1)));
        } else {
            takeProgress(entry.value(), entry.timestamp());
        }
    }

    private void takeProgress(byte[] json, long timestamp) {
        try {
            RunProgress progress = Json.read(json, RunProgress.class);
            parts.put(progress.part(), progress);
            spokeAt.put(progress.part(), timestamp);
        } catch (InvalidFieldsException e) {
            rejected.add("progress that cannot be read: " + e.getMessage());
        }
    }

    private static String reason(ConsumerRecord<byte[], byte[]> entry) {
        StringBuilder reason = new StringBuilder(header(entry, "reason").orElse("no reason given"));
        for (String detail : List.of("uri", "line", "topic", "partition", "offset")) {
            header(entry, detail).ifPresent(v -> reason.append(", ").append(detail + "=" + v));
        }
        return reason.toString();
    }

    private static Optional<String> header(ConsumerRecord<byte[], byte[]> entry, String name) {
        return Optional.ofNullable(entry.headers().lastHeader(name))
                .map(Header::value)
                .map(value -> new String(value, StandardCharsets.UTF_8));
    }

    /** Returns why records of the run were set aside, in order. */
    List<String> rejected() {
        return List.copyOf(rejected);
    }

    /** Returns the state of the run as a whole; waiting when nobody has spoken for it yet. */
    State state() {
        return part(RunProgress.RUN).map(RunProgress::state).orElse(State.WAITING);
    }

    /** Returns what a person should know of the run as a whole. */
    Optional<String> message() {
        return part(RunProgress.RUN).flatMap(RunProgress::message);
    }

    /** Returns the last progress of a part. */
    Optional<RunProgress> part(String name) {
        return Optional.ofNullable(parts.get(name));
    }

    /** Returns the last progress of every part whose name begins so, in order of the names. */
    Collection<RunProgress> partsOf(String prefix) {
        return parts.values().stream().filter(p -> p.part().startsWith(prefix)).toList();
    }

    /**
     * Returns the last progress of those replicas that are not gone; a replica that was killed
     * leaves its last words behind.
     */
    Collection<RunProgress> liveReplicas(String prefix) {
        Collection<RunProgress> replicas = partsOf(prefix);
        long last = replicas.stream().mapToLong(p -> spokeAt.get(p.part())).max().orElse(0);
        return replicas.stream()
                .filter(replica -> spokeAt.get(replica.part()) > last - MILLIS_UNTIL_GONE)
                .toList();
    }

    /** Returns what the parts that failed say. */
    List<String> failures() {
        return parts.values().stream()
                .filter(part -> part.state() == State.FAILED)
                .map(part -> part.part() + ": " + part.message().orElse("no reason given"))
                .toList();
    }
}
