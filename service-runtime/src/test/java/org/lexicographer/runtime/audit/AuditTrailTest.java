package org.lexicographer.runtime.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.pipeline.stored.AuditEntry;
import org.lexicographer.pipeline.stored.AuditEntry.Outcome;

class AuditTrailTest {

    private static final AuditEntry ENTRY =
            new AuditEntry(
                    "2026-11-27T08:09:10.123Z",
                    "trainer-service",
                    Optional.of("alice"),
                    Optional.empty(),
                    "cancel",
                    Optional.of("demo"),
                    Outcome.DONE,
                    204,
                    Optional.empty());

    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");

    private List<String> keys() {
        try (Stream<ObjectStat> stored = objects.list("")) {
            return stored.map(ObjectStat::key).toList();
        }
    }

    @Test
    void anEntryIsKeptUnderItsDay() throws InterruptedException {
        // When
        AuditTrail trail = new AuditTrail(objects, true);
        trail.keep(ENTRY);
        trail.keep(ENTRY);
        trail.close();

        // Then
        assertThat(keys())
                .hasSize(2)
                .allMatch(key -> key.startsWith("audit/2026-11-27/2026-11-27T08:09:10.123Z-"));
        assertThat(AuditEntry.read(objects.bytes(keys().getFirst()))).isEqualTo(ENTRY);
    }

    @Test
    void nobodyFillsTheStoreWithoutSayingWhoTheyAre() throws InterruptedException {
        AuditTrail trail = new AuditTrail(objects, true);
        trail.keep(
                new AuditEntry(
                        ENTRY.at(),
                        ENTRY.service(),
                        Optional.empty(),
                        Optional.empty(),
                        ENTRY.action(),
                        ENTRY.subject(),
                        Outcome.REFUSED,
                        401,
                        Optional.of("caller unknown")));
        trail.close();

        assertThat(keys()).isEmpty();
    }

    @Test
    void whileAccessIsOffTheLogAloneHasIt() throws InterruptedException {
        AuditTrail trail = new AuditTrail(objects, false);
        trail.keep(ENTRY);
        trail.close();

        assertThat(keys()).isEmpty();
    }
}
