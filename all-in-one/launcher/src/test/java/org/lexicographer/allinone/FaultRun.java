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
import org.apache.kafka.common.TopicPartition;
import org.lexicographer.allinone.chaos.ChaosResult;
import org.lexicographer.allinone.client.RestClient;
import org.lexicographer.allinone.client.ShardPublisher;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.allinone.sample.ChaosDataset;
import org.lexicographer.allinone.system.KillableSystem;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stream.BlockReader;
import org.lexicographer.pipeline.stream.BlockTopics;
import org.lexicographer.pipeline.stream.BlockWriter;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.lexicographer.testing.Await;

/** One run of the system under faults: what a user, an operator or bad luck does to it. */
final class FaultRun {

    /** A run takes half a minute on two cores that have nothing else to do. */
    static final Duration PATIENCE = Duration.ofMinutes(30);

    private final RestClient rest = new RestClient();
    private final KillableSystem system;
    private final ChaosDataset dataset;
    private final RunSpec spec;

    FaultRun(KillableSystem system, ChaosDataset dataset, RunSpec spec) {
        this.system = system;
        this.dataset = dataset;
        this.spec = spec;
    }

    void submit() {
        rest.post(system.url(Service.TRAINER) + "runs", spec.toJson());
    }

    void resume() {
        rest.post(system.url(Service.TRAINER) + "runs/" + spec.run() + "/resume", new byte[0]);
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
        return rest.get(system.url(Service.TRAINER) + "runs/" + spec.run()).orElseThrow();
    }

    private static Optional<JsonNode> part(JsonNode status, Predicate<String> name) {
        return StreamSupport.stream(status.path("progress").spliterator(), false)
                .filter(part -> name.test(part.path("part").textValue()))
                .findFirst();
    }

    /** Waits until all that was published is trained on; returns the number of the next block. */
    long awaitAllTaken() {
        JsonNode status =
                Await.until(
                        "all blocks are taken",
                        PATIENCE,
                        this::status,
                        seen -> next(seen).isPresent());
        return next(status).orElseThrow();
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

    /** Waits for the run's end and returns its state and message. */
    Map.Entry<String, String> awaitEnd() {
        JsonNode status =
                Await.until("the run has ended", PATIENCE, this::status, seen -> !isRunning(seen));
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
        try (BlockWriter writer =
                new BlockWriter(KafkaConnection.plaintext(system.bootstrapServers()))) {
            writer.write(topic, sequence, spec.tokenBlock().partitions(), new byte[] {1, 2, 3})
                    .join();
        }
    }

    /**
     * Returns how many records each of the run's topics holds, all partitions together. The topics
     * of a run that has ended are deleted; one that goes while this looks may make it throw.
     */
    Map<String, Long> retained(BlockTopics topics) {
        List<TopicPartition> partitions =
                topics.names().stream()
                        .filter(this::isOfRun)
                        .flatMap(topic -> BlockReader.partitions(topic, partitions()).stream())
                        .toList();
        Map<TopicPartition, Long> ends = topics.endsOfExisting(partitions);
        Map<TopicPartition, Long> beginnings = topics.beginnings(ends.keySet());
        Map<String, Long> retained = new TreeMap<>();
        ends.forEach(
                (partition, end) ->
                        retained.merge(
                                partition.topic(),
                                end - beginnings.getOrDefault(partition, end),
                                Long::sum));
        return retained;
    }

    private int partitions() {
        return spec.tokenBlock().partitions();
    }

    private boolean isOfRun(String topic) {
        return topic.equals(Topics.tokenBlocks(spec.run()))
                || topic.startsWith("activation-blocks." + spec.run() + ".");
    }

    /** Returns the weights that the run came to and the blocks it was trained on. */
    ChaosResult result() {
        return ChaosResult.of(system.objectStore(), spec);
    }
}
