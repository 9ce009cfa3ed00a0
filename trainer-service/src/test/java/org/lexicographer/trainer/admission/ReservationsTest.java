package org.lexicographer.trainer.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lexicographer.trainer.admission.Memories.amount;

import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.Site;
import org.lexicographer.trainer.memory.MemoryAmount;
import org.lexicographer.trainer.ownership.JobOwnership.JobId;

class ReservationsTest {

    private static final JobId FIRST = new JobId("first", Site.parse("layers.0.mlp.out"));
    private static final JobId SISTER = new JobId("first", Site.parse("layers.1.mlp.out"));
    private static final JobId SECOND = new JobId("second", Site.parse("layers.0.mlp.out"));

    private final Reservations reservations = new Reservations(amount(10));

    @Test
    void nothingIsTakenBeyondTheBudget() {
        assertThat(reservations.take(FIRST, amount(6), false)).isTrue();
        assertThat(reservations.take(SECOND, amount(5), false)).isFalse();
        assertThat(reservations.taken()).isEqualTo(amount(6));

        reservations.give(FIRST);
        assertThat(reservations.take(SECOND, amount(5), false)).isTrue();
        assertThat(reservations.taken()).isEqualTo(amount(5));
    }

    @Test
    void aJobThatTakesAgainReplacesWhatItHad() {
        assertThat(reservations.take(FIRST, amount(6), false)).isTrue();
        assertThat(reservations.take(FIRST, amount(7), false)).isTrue();
        assertThat(reservations.taken()).isEqualTo(amount(7));
    }

    @Test
    void aJobForWhichTheGpuHasNoRoomIsNotTaken() {
        Reservations gpu = new Reservations(amount(100).withDevice(10));
        assertThat(gpu.take(FIRST, amount(1).withDevice(6), false)).isTrue();
        assertThat(gpu.take(SECOND, amount(1).withDevice(5), false)).isFalse();
        assertThat(gpu.take(SECOND, amount(1).withDevice(4), false)).isTrue();
        assertThat(gpu.taken()).isEqualTo(amount(2).withDevice(10));
    }

    @Test
    void aRunThatIsTriedAloneIsBesideItselfOnly() {
        assertThat(reservations.take(FIRST, amount(1), true)).isTrue();
        assertThat(reservations.take(SECOND, amount(1), false)).isFalse();
        assertThat(reservations.take(SISTER, amount(1), true)).isTrue();
        reservations.give(FIRST);
        reservations.give(SISTER);

        assertThat(reservations.take(SECOND, MemoryAmount.NONE, false)).isTrue();
        assertThat(reservations.take(FIRST, amount(1), true)).isFalse();
    }
}
