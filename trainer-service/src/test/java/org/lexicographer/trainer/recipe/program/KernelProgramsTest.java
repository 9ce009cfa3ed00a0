package org.lexicographer.trainer.recipe.program;

import static org.assertj.core.api.Assertions.assertThatCode;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Test;

/** Kernels need a GPU; what PyTorch does between them is compiled on any device. */
class KernelProgramsTest {

    @Test
    void theirTextsAreTorchScript() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            KernelContext context = new KernelContext(manager, null, null, null);

            assertThatCode(() -> new ChosenStep(context)).doesNotThrowAnyException();
            assertThatCode(() -> new PowerSums(context)).doesNotThrowAnyException();
            assertThatCode(() -> new PositiveStep(context, null)).doesNotThrowAnyException();
            assertThatCode(() -> new NormedStep(context)).doesNotThrowAnyException();
            assertThatCode(() -> new GatedStep(context, null)).doesNotThrowAnyException();
            assertThatCode(() -> new JumpStep(context)).doesNotThrowAnyException();
        }
    }
}
