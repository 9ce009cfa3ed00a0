package org.lexicographer.runstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.lexicographer.objectstore.InMemoryObjectStore;

class RunLineTest {

    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");

    private RunLine line(long millis) {
        return new RunLine(objects, InstantSource.fixed(Instant.ofEpochMilli(millis)));
    }

    @Test
    void whoComesFirstIsFirstWhateverTheName() {
        RunLine line = line(1000);
        long first = line.place("zebra");
        assertThat(line.place("ape")).isGreaterThan(first);
    }

    @Test
    void aPlaceStaysWhoeverAsksForItLater() {
        long place = line(1000).place("run");
        assertThat(line(500).place("run")).isEqualTo(place);
        assertThat(line(2000).place("run")).isEqualTo(place);
    }
}
