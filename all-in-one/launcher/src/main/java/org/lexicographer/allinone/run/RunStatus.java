package org.lexicographer.allinone.run;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.ExtractionProgress;
import org.lexicographer.pipeline.message.progress.PartProgress;
import org.lexicographer.pipeline.message.progress.WholeRun;

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

    public RunStatus(String run) {
        this.run = requireNonNull(run, "run is null");
    }

    /** Takes in a record of the progress topic or of the topic of rejected records. */
    public void take(ConsumerRecord<byte[], byte[]> entry) {
        String key = entry.key() == null ? "" : new String(entry.key(), StandardCharsets.UTF_8);
        if (!key.equals(run) && !key.startsWith(run + "/")) {
            return;
        }
        if (entry.topic().equals(Topics.REJECTED)) {
            rejected.add(Rejection.read(entry).text());
        } else if (entry.value() == null) {
            parts.remove(key.substring(Math.min(key.length(), run.length() + 1)));
        } else {
            takeProgress(entry.value(), entry.timestamp());
        }
    }

    private void takeProgress(byte[] json, long timestamp) {
        try {
            RunProgress progress = RunProgress.read(json);
            parts.put(progress.part().part(), progress);
            spokeAt.put(progress.part().part(), timestamp);
        } catch (InvalidFieldsException e) {
            rejected.add("progress that cannot be read: " + e.getMessage());
        }
    }

    /** Returns why records of the run were set aside, in order. */
    List<String> rejected() {
        return List.copyOf(rejected);
    }

    /** Returns the state of the run as a whole; waiting when nobody has spoken for it yet. */
    State state() {
        return whole().map(RunProgress::state).orElse(State.WAITING);
    }

    /** Returns what a person should know of the run as a whole. */
    Optional<String> message() {
        return whole().flatMap(RunProgress::message);
    }

    private Optional<RunProgress> whole() {
        return saidOf(WholeRun.class).stream().map(Said::message).findFirst();
    }

    /**
     * The last message of one part.
     *
     * @param part how far the part has come
     * @param message all that it said
     */
    record Said<P extends PartProgress>(P part, RunProgress message) {}

    /** Returns what the parts of a kind have said last, in order of their names. */
    <P extends PartProgress> List<Said<P>> saidOf(Class<P> kind) {
        return parts.values().stream()
                .filter(progress -> kind.isInstance(progress.part()))
                .map(progress -> new Said<>(kind.cast(progress.part()), progress))
                .toList();
    }

    /**
     * Returns the last progress of those replicas that are not gone; a replica that was killed
     * leaves its last words.
     */
    List<Said<ExtractionProgress>> liveReplicas() {
        List<Said<ExtractionProgress>> replicas = saidOf(ExtractionProgress.class);
        long last = replicas.stream().mapToLong(this::spokeAt).max().orElse(0);
        return replicas.stream()
                .filter(replica -> spokeAt(replica) > last - MILLIS_UNTIL_GONE)
                .toList();
    }

    private long spokeAt(Said<?> said) {
        return spokeAt.get(said.part().part());
    }

    /** Returns what the parts that failed say. */
    List<String> failures() {
        return failures(PartProgress.class);
    }

    /** Returns what the parts of a kind that failed say. */
    List<String> failures(Class<? extends PartProgress> kind) {
        return saidOf(kind).stream()
                .map(Said::message)
                .filter(message -> message.state() == State.FAILED)
                .map(m -> m.part().part() + ": " + m.message().orElse("no reason given"))
                .toList();
    }
}
