package org.lexicographer.benchmark.own;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.lexicographer.activation.model.DjlModel;
import org.lexicographer.activation.stage.ActivationStage;
import org.lexicographer.activation.stage.StageInput;
import org.lexicographer.activation.stage.StageRecord;
import org.lexicographer.benchmark.work.ForwardWork;
import org.lexicographer.benchmark.work.Place;
import org.lexicographer.benchmark.work.Texts;
import org.lexicographer.embedded.EmbeddedKafka;
import org.lexicographer.languagemodel.folder.ModelFolder;
import org.lexicographer.languagemodel.weights.ModelDevices;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.block.DatasetPosition;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stream.BlockWriter;
import org.lexicographer.pipeline.stream.KafkaConnection;

/**
 * A token block's way through activation-service, until a broker in this JVM has stored its
 * activations. The demo's run spec says all that is not about sites and lengths.
 */
final class OwnExtraction extends Timed {

    private static final int PARTITIONS = 4;

    /** How many blocks are on their way to the broker at a time, as in activation-service. */
    private static final int BLOCKS_IN_FLIGHT = 3;

    private static final short REPLICAS = 1;

    private final Texts texts;
    private final int[] tokens;
    private final RunSpec spec;
    private final DjlModel model;
    private final ActivationStage stage;
    private final Path folder;
    private final EmbeddedKafka broker;
    private final BlockWriter writer;
    private final Semaphore inFlight = new Semaphore(BLOCKS_IN_FLIGHT);
    private volatile Throwable failure;
    private long sequence;

    OwnExtraction(ForwardWork work) {
        super("lexicographer", work.times());
        texts = work.texts();
        tokens = texts.read();
        spec = spec(work);
        ModelFolder found = new ModelFolder(texts.path(), "benchmark");
        Place place = work.place();
        model =
                DjlModel.load(
                        found,
                        ModelDevices.only(place.toDevice(), Long.MAX_VALUE),
                        place.computeType());
        stage = new ActivationStage(spec, model);
        try {
            folder = Files.createTempDirectory("benchmark-broker");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        broker = EmbeddedKafka.start(folder);
        KafkaConnection kafka = KafkaConnection.plaintext(broker.bootstrapServers());
        try (Admin admin = kafka.admin(Map.of())) {
            admin.createTopics(topics());
        }
        writer = new BlockWriter(kafka);
    }

    private static RunSpec spec(ForwardWork work) {
        try (InputStream demo = OwnExtraction.class.getResourceAsStream("/demo-run.json")) {
            ObjectNode spec = (ObjectNode) Json.tree(demo.readAllBytes());
            spec.put("contextLength", work.texts().contextLength());
            ((ObjectNode) spec.path("tokenBlock")).put("contexts", work.texts().contexts());
            ArrayNode sites = spec.putArray("sites");
            work.published().forEach(sites::add);
            return RunSpec.read(spec);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<NewTopic> topics() {
        return spec.observedSites().stream()
                .map(site -> Topics.activationBlocks(spec.run(), site))
                .map(topic -> new NewTopic(topic, PARTITIONS, REPLICAS))
                .toList();
    }

    @Override
    void act() {
        TokenBlock block =
                new TokenBlock(sequence, texts.contextLength(), tokens, DatasetPosition.START);
        List<CompletableFuture<Void>> stored = new ArrayList<>();
        inFlight.acquireUninterruptibly();
        stage.extract(StageInput.Tokens.of(block), record -> stored.add(write(record)));
        CompletableFuture.allOf(stored.toArray(CompletableFuture[]::new))
                .whenComplete(
                        (nothing, failed) -> {
                            failure = failed == null ? failure : failed;
                            inFlight.release();
                        });
        sequence++;
    }

    /** Waits until all blocks are stored. */
    @Override
    void await() {
        inFlight.acquireUninterruptibly(BLOCKS_IN_FLIGHT);
        inFlight.release(BLOCKS_IN_FLIGHT);
        if (failure != null) {
            throw new IllegalStateException("activations not stored", failure);
        }
    }

    private CompletableFuture<Void> write(StageRecord record) {
        return writer.write(record.topic(), sequence, PARTITIONS, record.bytes());
    }

    @Override
    public void close() {
        writer.close();
        model.close();
        broker.close();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
