package org.lexicographer.allinone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.lexicographer.allinone.load.Answered;
import org.lexicographer.allinone.load.HttpLoad;
import org.lexicographer.allinone.load.ReadLoad;
import org.lexicographer.allinone.load.RunsLoad;
import org.lexicographer.allinone.load.ShardsLoad;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.testing.Await;

/** What many ask for at once is answered, taken and counted; how fast is not asked here. */
@ExtendWith(SharedSystem.Parameter.class)
@Timeout(value = 1, unit = TimeUnit.HOURS)
class LoadSystemTest {

    private static final int CONNECTIONS = 8;
    private static final int REQUESTS = 200;
    private static final int RUNS = 20;
    private static final int SHARDS = 200;

    private static void assertAllAnswered(Answered answered, int requests) {
        assertThat(answered.requests()).isEqualTo(requests);
        assertThat(answered.firstError()).isEmpty();
        assertThat(answered.errors()).isZero();
    }

    @Test
    void everyReaderIsAnswered(SharedSystem shared) {
        // Given
        shared.undisturbed(System.out);
        ReadLoad asked = new ReadLoad(shared.system().url(Service.EVALUATION), Optional.of("calm"));
        Await.until("evaluations and statistics", asked::isAllThere, there -> there);

        // When, Then: an answer, that it still holds, and a page
        try (HttpLoad load = new HttpLoad()) {
            assertAllAnswered(asked.evaluations().send(load, CONNECTIONS, REQUESTS), REQUESTS);
            assertAllAnswered(asked.known().send(load, CONNECTIONS, REQUESTS), REQUESTS);
            assertAllAnswered(asked.pages().send(load, CONNECTIONS, REQUESTS), REQUESTS);
        }
    }

    @Test
    void everyRunThatIsSubmittedAtOnceIsListedAndCancelled(SharedSystem shared) {
        RunsLoad runs = new RunsLoad(shared.system(), RUNS, 4);

        try (HttpLoad load = new HttpLoad()) {
            assertAllAnswered(runs.submit(load), RUNS);
            assertThat(runs.states()).doesNotContainKey("LOST");

            assertAllAnswered(runs.cancel(load), RUNS);
            assertThat(runs.states()).isEqualTo(Map.of("CANCELLED", RUNS));
        }
    }

    @Test
    void everyShardOfManyIsCountedOnce(SharedSystem shared) {
        ShardsLoad shards = new ShardsLoad(shared.system(), SHARDS);

        shards.publish();

        Await.until("all shards to be read", shards::account, it -> it.shards() >= SHARDS);
        assertThat(shards.account()).matches(shards::isAllOf, "has every shard once");
    }
}
