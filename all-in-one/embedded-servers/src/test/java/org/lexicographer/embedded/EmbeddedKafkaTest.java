package org.lexicographer.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaTest {

    private static final TopicPartition BLOCKS = new TopicPartition("blocks", 0);

    /** Brokers of one cluster start side by side: each waits for the others. */
    private final Executor threads = task -> Thread.ofPlatform().daemon().start(task);

    @TempDir Path folder;

    @Test
    void carriesRecordsOfSeveralMebibytes() throws Exception {
        // Given
        byte[] record = TestClient.bytes(7 << 20);
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder);
                TestClient client = new TestClient(kafka.bootstrapServers())) {
            client.createTopic(BLOCKS.topic());

            // When
            client.send(BLOCKS, record);

            // Then
            assertThat(client.read(BLOCKS, 1)).containsExactly(record);
        }
    }

    @Test
    void continuesWhereItWasAfterARestart() throws Exception {
        // Given
        String clusterId;
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder);
                TestClient client = new TestClient(kafka.bootstrapServers())) {
            client.createTopic(BLOCKS.topic());
            client.send(BLOCKS, new byte[] {1});
            client.commit("group", BLOCKS, 1);
            clusterId = client.clusterId();
        }

        // When
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder);
                TestClient client = new TestClient(kafka.bootstrapServers())) {
            client.send(BLOCKS, new byte[] {2});

            // Then
            assertThat(client.read(BLOCKS, 2)).containsExactly(new byte[] {1}, new byte[] {2});
            assertThat(client.committed("group", BLOCKS)).isEqualTo(1);
            assertThat(client.clusterId()).isEqualTo(clusterId);
        }
    }

    @Test
    void runsBesideAnotherBrokerInTheSameJvm() throws Exception {
        // Given
        try (EmbeddedKafka one = EmbeddedKafka.start(folder.resolve("one"));
                EmbeddedKafka two = EmbeddedKafka.start(folder.resolve("two"));
                TestClient toOne = new TestClient(one.bootstrapServers());
                TestClient toTwo = new TestClient(two.bootstrapServers())) {
            toOne.createTopic(BLOCKS.topic());
            toTwo.createTopic(BLOCKS.topic());

            // When
            toOne.send(BLOCKS, new byte[] {1});
            toTwo.send(BLOCKS, new byte[] {2});

            // Then
            assertThat(toOne.read(BLOCKS, 1)).containsExactly(new byte[] {1});
            assertThat(toTwo.read(BLOCKS, 1)).containsExactly(new byte[] {2});
        }
    }

    @Test
    void refusesAFolderThatAnotherBrokerUses() {
        // Given
        try (EmbeddedKafka first = EmbeddedKafka.start(folder)) {
            assertThat(first.bootstrapServers()).startsWith("127.0.0.1:");

            // When, Then
            assertThatThrownBy(() -> EmbeddedKafka.start(folder))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("data folder is in use by another server: folder=" + folder);
        }
    }

    @Test
    void refusesAPortThatIsTakenAndLeavesTheFolderFree() throws Exception {
        // Given
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {

            // When, Then
            assertThatThrownBy(() -> EmbeddedKafka.start(folder, taken.getLocalPort()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("port=" + taken.getLocalPort());
        }
        try (EmbeddedKafka second = EmbeddedKafka.start(folder)) {
            assertThat(second.bootstrapServers()).isNotEmpty();
        }
    }

    @Test
    void tellsClientsThatComeThroughARelayWhereToGoOn() throws Exception {
        // Given: clients of the relay are led to the broker's own port, where they are answered
        int[] ports = freePorts(2);
        BrokerRelay relay = new BrokerRelay("RELAY", ports[0], ports[1]);
        BrokerPlan plan = new BrokerPlan(1, ports[1], List.of(), List.of(relay));
        EmbeddedKafka kafka = EmbeddedKafka.start(folder, plan);
        try (TestClient client = new TestClient("127.0.0.1:" + relay.port())) {

            // When
            List<Integer> told = client.brokerPorts();

            // Then
            assertThat(told).containsExactly(relay.advertisedPort());
        } finally {
            kafka.close();
        }
    }

    @Test
    void threeBrokersTakeARecordWhenTwoHaveIt() throws Exception {
        // Given
        List<Integer> controllers = IntStream.of(freePorts(3)).boxed().toList();
        List<EmbeddedKafka> brokers =
                IntStream.rangeClosed(1, 3)
                        .mapToObj(id -> new BrokerPlan(id, 0, controllers, List.of()))
                        .map(plan -> CompletableFuture.supplyAsync(() -> start(plan), threads))
                        .collect(Collectors.collectingAndThen(Collectors.toList(), List::stream))
                        .map(CompletableFuture::join)
                        .toList();
        try (TestClient client = new TestClient(brokers.getFirst().bootstrapServers())) {
            TestClient.await(() -> client.brokerPorts().size() == 3);
            client.createTopic(BLOCKS.topic());

            // When
            client.send(BLOCKS, new byte[] {1});
            brokers.get(2).close();
            client.send(BLOCKS, new byte[] {2});

            // Then
            assertThat(client.read(BLOCKS, 2)).containsExactly(new byte[] {1}, new byte[] {2});
            assertThat(client.describe(BLOCKS.topic()).partitions().getFirst().replicas())
                    .hasSize(3);
        } finally {
            brokers.forEach(EmbeddedKafka::close);
        }
    }

    private EmbeddedKafka start(BrokerPlan plan) {
        return EmbeddedKafka.start(folder.resolve("broker-" + plan.id()), plan);
    }

    private static int[] freePorts(int count) throws IOException {
        int[] ports = new int[count];
        List<ServerSocket> sockets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            ports[i] = sockets.get(i).getLocalPort();
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return ports;
    }

    @Test
    void createsNoTopicByUse() throws Exception {
        // Given
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder);
                TestClient client = new TestClient(kafka.bootstrapServers())) {

            // When, Then
            assertThatThrownBy(() -> client.describe("never-created"))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
        }
    }

    @Test
    void givesDiskSpaceOfPurgedRecordsBackWithinSeconds() throws Exception {
        // Given
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder);
                TestClient client = new TestClient(kafka.bootstrapServers())) {
            client.createTopic(BLOCKS.topic(), "segment.bytes", String.valueOf(2 << 20));
            for (int i = 0; i < 16; i++) {
                client.send(BLOCKS, TestClient.bytes(1 << 20));
            }
            assertThat(segmentBytes()).isGreaterThan(16L << 20);

            // When
            client.purge(BLOCKS, 16);

            // Then
            TestClient.await(() -> segmentBytes() <= 2L << 20);
        }
    }

    private long segmentBytes() throws IOException {
        return TestClient.bytesUnder(folder.resolve("log").resolve(BLOCKS.toString()), ".log");
    }
}
