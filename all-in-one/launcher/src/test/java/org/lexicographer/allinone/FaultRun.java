package org.lexicographer.allinone;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.lexicographer.allinone.chaos.ChaosResult;
import org.lexicographer.allinone.client.RestClient;
import org.lexicographer.allinone.client.ShardPublisher;
import org.lexicographer.allinone.sample.ChaosDataset;
import org.lexicographer.allinone.system.ChaosSystem;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.run.RunSpecJson;
import org.lexicographer.pipeline.stream.BlockReader;
import org.lexicographer.pipeline.stream.BlockTopics;
import org.lexicographer.pipeline.stream.BlockWriter;

/** One run of the system under faults: what a user, an operator or bad luck does to it. */
final class FaultRun {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final RestClient rest = new RestClient();
    private final ChaosSystem system;
    private final ChaosDataset dataset;
    private final RunSpec spec;

    FaultRun(ChaosSystem system, ChaosDataset dataset, RunSpec spec) {
        this.system = system;
        this.dataset = dataset;
        this.spec = spec;
    }

    void submit() {
        rest.post(system.trainerUrl() + "runs", RunSpecJson.write(spec));
    }

    void resume() {
        rest.post(system.trainerUrl() + "runs/" + spec.run() + "/resume", new byte[0]);
    }

    /** Publishes the shards from one number up to another. */
    void publish(int from, int to) {
        ShardPublisher publisher = new ShardPublisher(system.bootstrapServers());
        publisher.publish(
                IntStream.range(from, to)
                        .<DatasetMessage>mapToObj(shard -> dataset.message(spec.run(), shard))
                        .toList());
    }

    /** Publishes what is left of the dataset, and its end. */
    void publishRest(int from) {
        publish(from, dataset.size());
        new ShardPublisher(system.bootstrapServers()).publish(List.of(new DatasetEnd(spec.run())));
    }

    private JsonNode status() {
        return rest.get(system.trainerUrl() + "runs/" + spec.run()).orElseThrow();
    }

    private static Optional<JsonNode> part(JsonNode status, Predicate<String> name) {
        return StreamSupport.stream(status.path("progress").spliterator(), false)
                .filter(part -> name.test(part.path("part").textValue()))
                .findFirst();
    }

    /** Waits until all that was published is trained on; returns the number of the next block. */
    long awaitAllTaken() {
        ChaosSystem.await("all blocks to be taken", PATIENCE, () -> next(status()).isPresent());
        return next(status()).orElseThrow();
    }

    private Optional<Long> next(JsonNode status) {
        Optional<Long> written =
                part(status, "tokenizer"::equals)
                        .filter(p -> p.path("message").asText().startsWith("waits for dataset"))
                        .map(p -> p.path("figures").path("blocks").longValue())
                        .filter(blocks -> blocks > 0);
        boolean allTaken =
                spec.sites().stream()
                        .map(site -> part(status, ("trainer/" + site)::equals))
                        .allMatch(
                                p ->
                                        p.map(t -> t.path("figures").path("nextSequence"))
                                                .map(JsonNode::longValue)
                                                .equals(written));
        return written.filter(blocks -> allTaken);
    }

    /** Waits until a part whose name starts so has said something that starts so. */
    void awaitMessage(String partStart, String messageStart) {
        ChaosSystem.await(
                messageStart,
                PATIENCE,
                () ->
                        part(status(), name -> name.startsWith(partStart))
                                .filter(p -> said(p, messageStart))
                                .isPresent());
    }

    private static boolean said(JsonNode part, String messageStart) {
        return part.path("message").asText().startsWith(messageStart);
    }

    /** Waits for the run's end and returns its state and message. */
    Map.Entry<String, String> awaitEnd() {
        ChaosSystem.await("the run's end", PATIENCE, () -> !isRunning(status()));
        JsonNode status = status();
        return Map.entry(status.path("state").textValue(), status.path("message").asText());
    }

    private static boolean isRunning(JsonNode status) {
        return status.path("state").textValue().equals("RUNNING");
    }

    boolean isRunning() {
        return isRunning(status());
    }

    /** Writes a record that is no block where the block of that number belongs. */
    void writeNoBlock(String topic, long sequence) {
        try (BlockWriter writer = new BlockWriter(system.bootstrapServers())) {
            writer.write(topic, sequence, spec.tokenBlock().partitions(), new byte[] {1, 2, 3})
                    .join();
        }
    }

    /** Returns how many records each of the run's topics holds, all partitions together. */
    Map<String, Long> retained(BlockTopics topics) {
        Map<String, Long> retained = new TreeMap<>();
        topics.names().stream()
                .filter(this::isOfRun)
                .forEach(topic -> retained.put(topic, retained(topics, topic)));
        return retained;
    }

    private boolean isOfRun(String topic) {
        return topic.equals(Topics.tokenBlocks(spec.run()))
                || topic.startsWith("activation-blocks." + spec.run() + ".");
    }

    private long retained(BlockTopics topics, String topic) {
        var partitions = BlockReader.partitions(topic, spec.tokenBlock().partitions());
        var beginnings = topics.beginnings(partitions);
        return topics.ends(partitions).entrySet().stream()
                .mapToLong(e -> e.getValue() - beginnings.getOrDefault(e.getKey(), e.getValue()))
                .sum();
    }

    /** Returns the weights that the run came to and the blocks it was trained on. */
    ChaosResult result() {
        return ChaosResult.of(system.objectStore(), spec);
    }
}
