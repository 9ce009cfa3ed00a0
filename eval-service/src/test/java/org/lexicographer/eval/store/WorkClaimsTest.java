package org.lexicographer.eval.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lexicographer.objectstore.InMemoryObjectStore;

class WorkClaimsTest {

    private static final Duration LASTING = Duration.ofMinutes(5);

    private final InMemoryObjectStore store = new InMemoryObjectStore("bucket");
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    private WorkClaims of(String owner) {
        return new WorkClaims(store, "claims/", owner, LASTING, () -> now);
    }

    @Test
    void aUnitBelongsToWhoeverClaimsItFirst() {
        assertThat(of("one").claim("a-0")).isTrue();

        assertThat(of("two").claim("a-0")).isFalse();
        assertThat(of("two").claim("a-1")).isTrue();
        assertThat(of("one").claim("a-1")).isFalse();
    }

    @Test
    void anOwnerKeepsItsUnitByClaimingItAgain() {
        of("one").claim("a-0");
        now = now.plus(LASTING.dividedBy(2));
        assertThat(of("one").claim("a-0")).isTrue();

        now = now.plus(LASTING.dividedBy(2)).plusSeconds(1);

        assertThat(of("two").claim("a-0")).isFalse();
    }

    @Test
    void aUnitWhoseOwnerIsSilentIsTakenOver() {
        of("one").claim("a-0");

        assertThat(of("two").isFree("a-0")).isFalse();
        assertThat(of("one").isFree("a-0")).isTrue();

        now = now.plus(LASTING);

        assertThat(of("two").isFree("a-0")).isTrue();
        assertThat(of("two").claim("a-0")).isTrue();
        assertThat(of("one").claim("a-0")).isFalse();
    }

    @Test
    void ofManyWhoClaimAtOnceOneHasTheUnit() {
        long owners =
                IntStream.range(0, 64)
                        .parallel()
                        .filter(replica -> of("replica-" + replica).claim("a-0"))
                        .count();

        assertThat(owners).isEqualTo(1);
    }
}
