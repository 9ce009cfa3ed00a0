package org.lexicographer.runtime.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.StartupEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class ServiceStartTest {

    private final List<String> done = new CopyOnWriteArrayList<>();

    @Test
    void workBeginsOnceWhatItSendsIsTaken() throws InterruptedException {
        // Given
        ServiceStart start =
                new ServiceStart(
                        List.of(step("jobs", StartStep.OWN, 0), step("topics", 0, 2)),
                        channels(),
                        config());

        // When
        start.start(new StartupEvent());

        // Then
        assertThat(start.missing()).isEmpty();
        assertThat(done)
                .containsExactly(
                        "topics missing",
                        "topics missing",
                        "topics taken",
                        "jobs taken",
                        "channels open",
                        "topics at work",
                        "jobs at work");
    }

    private StartStep step(String name, int order, int outages) {
        return new StartStep() {

            private int left = outages;

            @Override
            public String name() {
                return name;
            }

            @Override
            public int order() {
                return order;
            }

            @Override
            public void take() {
                if (left-- > 0) {
                    done.add(name + " missing");
                    throw new TimeoutException("no broker");
                }
                done.add(name + " taken");
            }

            @Override
            public void opened() {
                done.add(name + " at work");
            }
        };
    }

    private Channels channels() {
        return new Channels(null) {

            @Override
            void open() {
                done.add("channels open");
            }
        };
    }

    private static StartConfig config() {
        return new StartConfig() {

            @Override
            public Duration patience() {
                return Duration.ofMinutes(1);
            }

            @Override
            public Duration pause() {
                return Duration.ZERO;
            }
        };
    }
}
