package org.lexicographer.allinone.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServiceTest {

    private static final long GIBI = 1L << 30;

    @Test
    void trainerMayTakeAQuarterOfALargeMachineForItsHeap() {
        assertThat(Service.TRAINER.mostHeapMebibytes(24 * GIBI)).isEqualTo(6 * 1024);
        assertThat(Service.TRAINER.mostHeapMebibytes(8 * GIBI)).isEqualTo(3 * 1024);
    }

    @Test
    void otherServicesTakeNoMoreOfALargeMachine() {
        assertThat(Service.ACTIVATION.mostHeapMebibytes(256 * GIBI)).isEqualTo(768);
    }
}
