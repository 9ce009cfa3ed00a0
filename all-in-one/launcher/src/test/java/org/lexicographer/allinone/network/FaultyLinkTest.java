package org.lexicographer.allinone.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lexicographer.allinone.network.NetworkFault.Lost;
import org.lexicographer.testing.Await;

/** What a client and a server see of each fault. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class FaultyLinkTest {

    private static final Duration LATE = Duration.ofMillis(300);

    private final EchoServer server = EchoServer.start();
    private final List<Duration> pauses = new CopyOnWriteArrayList<>();
    private final FaultyLink link = FaultyLink.open("test to echo", server.port(), pauses::add);

    @AfterEach
    void close() throws IOException {
        link.close();
        server.close();
    }

    private Socket client() throws IOException {
        return new Socket(InetAddress.ofLiteral("127.0.0.1"), link.port());
    }

    private static int ask(Socket client, int question) throws IOException {
        client.getOutputStream().write(question);
        return client.getInputStream().read();
    }

    private static void assertEnded(Socket client) {
        try {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        } catch (IOException reset) {
            assertThat(reset).isInstanceOf(SocketException.class);
        }
    }

    private void assertUnharmed(Socket client) throws Exception {
        assertThat(ask(client, 9)).isEqualTo(9);
        assertThat(server.heard()).isEqualTo(9);
    }

    @Test
    void passesOnWhatIsSaidAndThatItEnds() throws Exception {
        try (Socket client = client()) {
            assertUnharmed(client);
            client.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        server.awaitEnd();
        assertThat(link.counts()).isEqualTo(new LinkCounts(1, 2, 0, 0, 0, 0, 0));
    }

    @Test
    void aDelayHoldsBothDirectionsBackAndLosesNothing() throws Exception {
        link.put(new NetworkFault.Delay(LATE));
        try (Socket client = client()) {
            assertUnharmed(client);
            assertThat(pauses).containsExactly(LATE, LATE);

            link.clear();
            assertUnharmed(client);
            assertThat(pauses).hasSize(2);
            assertThat(link.counts().delays()).isEqualTo(2);
        }
    }

    @Test
    void aCutEndsConnectionsAtBothEndsAndThoseThatFollow() throws Exception {
        try (Socket before = client()) {
            assertUnharmed(before);

            link.put(new NetworkFault.Cut());

            assertEnded(before);
            server.awaitEnd();
        }
        try (Socket meanwhile = client()) {
            assertEnded(meanwhile);
        }
        link.clear();
        try (Socket after = client()) {
            assertUnharmed(after);
        }
        assertThat(link.counts().cut()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(
            value = Lost.class,
            names = {"REQUESTS", "BOTH"})
    void aHalfOpenConnectionSwallowsRequestsAndStays(Lost lost) throws Exception {
        try (Socket client = client()) {
            assertUnharmed(client);

            link.put(new NetworkFault.HalfOpen(lost));
            client.getOutputStream().write(1);
            Await.until("the byte is swallowed", () -> link.counts().swallowedBytes() == 1);
            link.clear();
            client.getOutputStream().write(2);
            Await.until("so is the next", () -> link.counts().swallowedBytes() == 2);

            assertThat(server.hasHeardMore()).isFalse();
            assertThat(server.hasSeenAnEnd()).isFalse();
        }
    }

    @Test
    void aHalfOpenConnectionSwallowsAnswersToWhatArrived() throws Exception {
        link.put(new NetworkFault.HalfOpen(Lost.ANSWERS));
        try (Socket client = client()) {
            client.getOutputStream().write(1);

            assertThat(server.heard()).isEqualTo(1);
            Await.until("the answer is swallowed", () -> link.counts().swallowedBytes() == 1);
            assertThat(client.getInputStream().available()).isZero();
        }
    }

    @Test
    void theServerDoesNotHearThatAHalfOpenConnectionHasEnded() throws Exception {
        Socket client = client();
        assertUnharmed(client);
        link.put(new NetworkFault.HalfOpen(Lost.BOTH));
        client.close();

        link.clear();
        try (Socket after = client()) {
            assertUnharmed(after);
            assertThat(server.hasSeenAnEnd()).isFalse();
        }
    }

    @Test
    void whatWasAskedIsHeardAlthoughItsAnswerIsLost() throws Exception {
        try (Socket client = client()) {
            assertUnharmed(client);
            link.put(new NetworkFault.LostAnswer());

            client.getOutputStream().write(1);

            assertEnded(client);
            assertThat(server.heard()).isEqualTo(1);
        }
        link.clear();
        try (Socket again = client()) {
            assertUnharmed(again);
        }
        assertThat(link.counts().lostAnswers()).isEqualTo(1);
    }

    @Test
    void aDuplicateIsHeardTwiceAndAnsweredOnce() throws Exception {
        link.put(new NetworkFault.Duplicate());
        try (Socket client = client()) {
            assertThat(ask(client, 1)).isEqualTo(1);
            assertThat(List.of(server.heard(), server.heard())).containsExactly(1, 1);

            link.clear();
            server.awaitEnd();
            assertUnharmed(client);
            assertThat(server.hasHeardMore()).isFalse();
            assertThat(link.counts().duplicatedBytes()).isEqualTo(1);
        }
    }

    @Test
    void aDuplicateCutsWhatItFindsOpen() throws Exception {
        try (Socket client = client()) {
            assertUnharmed(client);
            link.put(new NetworkFault.Duplicate());
            assertEnded(client);
        }
    }

    @Test
    void aServerThatIsNotThereIsAConnectionThatEnds() throws Exception {
        server.close();
        try (Socket client = client()) {
            assertEnded(client);
        }
    }

    @Test
    void noConnectionsAreTakenAfterItsEnd() throws Exception {
        try (Socket client = client()) {
            assertUnharmed(client);
            link.close();
            assertEnded(client);
        }
        assertThatIOException().isThrownBy(this::client);
    }

    @Test
    void aDelayIsOfSomeTime() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NetworkFault.Delay(Duration.ZERO))
                .withMessage("no delay: expected=more than 0, found=PT0S");
    }
}
