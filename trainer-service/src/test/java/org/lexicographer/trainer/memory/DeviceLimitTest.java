package org.lexicographer.trainer.memory;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** There need be no GPU: what it says of itself is given. */
class DeviceLimitTest {

    @Test
    void allOfAGpuMayBeTakenWhereNothingElseIsSet() {
        assertThat(DeviceLimit.of(Device.gpu(1), Optional.empty(), gpu -> 80 + gpu.getDeviceId()))
                .isEqualTo(81);
    }

    @Test
    void whatIsSetMayBeTakenWhateverTheGpuHas() {
        assertThat(DeviceLimit.of(Device.gpu(), Optional.of(40L), gpu -> 80)).isEqualTo(40);
    }

    @Test
    void aCpuHasNoMemoryOfItsOwn() {
        assertThat(DeviceLimit.of(Device.cpu(), Optional.empty())).isZero();
        assertThat(DeviceLimit.of(Device.cpu(), Optional.of(40L))).isZero();
    }

    @Test
    void noJobWaitsForAGpuThatDoesNotSayWhatItHas() {
        long limit =
                DeviceLimit.of(
                        Device.gpu(),
                        Optional.empty(),
                        gpu -> {
                            throw new EngineException("CUDA API call failed");
                        });
        assertThat(limit).isGreaterThan(1L << 45);
    }
}
