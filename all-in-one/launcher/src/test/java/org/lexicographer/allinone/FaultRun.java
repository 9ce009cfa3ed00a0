package org.lexicographer.allinone;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.lexicographer.allinone.chaos.ChaosResult;
import org.lexicographer.allinone.client.RestClient;
import org.lexicographer.allinone.client.ShardPublisher;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.allinone.run.RunClient;
import org.lexicographer.allinone.sample.ChaosDataset;
import org.lexicographer.allinone.system.KillableSystem;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.PartProgress;
import org.lexicographer.pipeline.message.progress.TokenizerProgress;
import org.lexicographer.pipeline.message.progress.TrainingProgress;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.StoredDictionary;
import org.lexicographer.pipeline.stream.BlockReader;
import org.lexicographer.pipeline.stream.BlockTopics;
import org.lexicographer.pipeline.stream.BlockWriter;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.lexicographer.testing.Await;
import org.lexicographer.testing.PatientClients;

/** One run of the system under faults: what a user, an operator or bad luck does to it. */
final class FaultRun {

    /** A run takes half a minute on two cores that have nothing else to do. */
    static final Duration PATIENCE = Duration.ofMinutes(30);

    private final RestClient rest = new RestClient();
    private final KillableSystem system;
    private final ChaosDataset dataset;
    private final RunSpec spec;
    private int published;

    FaultRun(KillableSystem system, ChaosDataset dataset, RunSpec spec) {
        this.system = system;
        this.dataset = dataset;
        this.spec = spec;
    }

    void submit() {
        new RunClient(system).submit(spec);
    }

    void resume() {
        rest.post(url() + "/resume", new byte[0]);
    }

    /** Gives the run, which has ended, as many steps as another has. */
    FaultRun extend(RunSpec longer) {
        int steps = longer.training().steps();
        rest.post(url() + "/extend", Json.write(Map.of("steps", steps)));
        FaultRun extended = new FaultRun(system, dataset, longer);
        extended.published = published;
        return extended;
    }

    private String url() {
        return system.url(Service.TRAINER) + "runs/" + spec.run();
    }

    /** Publishes the shards from one number up to another. */
    void publish(int from, int to) {
        ShardPublisher publisher = new ShardPublisher(system.bootstrapServers());
        publisher.publish(
                IntStream.range(from, to)
                        .<DatasetMessage>mapToObj(shard -> dataset.message(spec.run(), shard))
                        .toList());
        published = to;
    }

    /** Publishes what is left of the dataset, and its end. */
    void publishRest(int from) {
        publish(from, dataset.size());
        new ShardPublisher(system.bootstrapServers()).publish(List.of(new DatasetEnd(spec.run())));
    }

    private JsonNode status() {
        return rest.get(url()).orElseThrow();
    }

    private static List<RunProgress> parts(JsonNode status, Class<? extends PartProgress> kind) {
        return Stream.of(Json.bind(status.path("progress"), RunProgress[].class))
                .filter(progress -> kind.isInstance(progress.part()))
                .toList();
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

    /** Returns the number of the next block when all blocks before it are taken at every site. */
    private OptionalLong next(JsonNode status) {
        OptionalLong written =
                parts(status, TokenizerProgress.class).stream()
                        .filter(progress -> progress.state() == State.WAITING)
                        .map(progress -> (TokenizerProgress) progress.part())
                        .filter(tokenizer -> tokenizer.dataset().shards() == published)
                        .mapToLong(TokenizerProgress::blocks)
                        .findFirst();
        long[] taken =
                parts(status, TrainingProgress.class).stream()
                        .map(progress -> (TrainingProgress) progress.part())
                        .mapToLong(training -> training.stream().nextSequence())
                        .filter(next -> written.equals(OptionalLong.of(next)))
                        .toArray();
        return taken.length == spec.sites().size() ? written : OptionalLong.empty();
    }

    /**
     * How a run has ended.
     *
     * @param state the state that it is in
     * @param message why
     */
    record End(State state, String message) {}

    /** Waits for the run's end. */
    End awaitEnd() {
        JsonNode status =
                Await.until("the run has ended", PATIENCE, this::status, seen -> !isRunning(seen));
        return new End(state(status), status.path("message").asText());
    }

    private static boolean isRunning(JsonNode status) {
        return state(status) == State.RUNNING;
    }

    private static State state(JsonNode status) {
        return State.valueOf(status.path("state").textValue());
    }

    boolean isRunning() {
        return isRunning(status());
    }

    /** Returns clients' connection to the broker, which may be slow to answer. */
    KafkaConnection kafka() {
        return KafkaConnection.of(PatientClients.settings(system.bootstrapServers()));
    }

    /** Writes a record that is no block where the block of that number belongs. */
    void writeNoBlock(String topic, long sequence) {
        try (BlockWriter writer = new BlockWriter(kafka())) {
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

    /** Returns what tells the weights after a step from others, by key. */
    Map<String, String> weightsAfter(int step) {
        Map<String, String> tags = new TreeMap<>();
        for (Site site : spec.sites()) {
            for (RecipeSpec recipe : spec.recipesAt(site)) {
                DictionaryId id = new DictionaryId(spec.run(), site, recipe.name());
                String key = ObjectKeys.dictionary(id, step) + StoredDictionary.WEIGHTS_FILE;
                tags.put(key, system.objectStore().stat(key).orElseThrow().etag());
            }
        }
        return tags;
    }

    /** Returns the weights that the run came to and the blocks it was trained on. */
    ChaosResult result() {
        return ChaosResult.of(system.objectStore(), spec);
    }
}
