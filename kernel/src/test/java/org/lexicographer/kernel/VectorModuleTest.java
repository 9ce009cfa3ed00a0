package org.lexicographer.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import ai.djl.Device;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class VectorModuleTest {

    /** What is asked of a java that was started without the option. */
    static final class Demand {
        public static void main(String[] arguments) {
            VectorModule.demand(Device.gpu(), "steps");
            VectorModule.demand(Device.cpu(), "forward passes");
        }
    }

    @Test
    void theseTestsHaveIt() {
        assertThat(VectorModule.isThere()).isTrue();
        assertThatNoException()
                .isThrownBy(() -> VectorModule.demand(Device.cpu(), "forward passes"));
    }

    @Test
    void namesTheOptionThatIsMissing() throws IOException, InterruptedException {
        // Given
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Demand.class.getName());

        // When
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        // Then
        assertThat(process.waitFor()).isNotZero();
        assertThat(said)
                .contains(
                        "forward passes on a CPU need the Vector API:"
                                + " expected=java with --add-modules jdk.incubator.vector");
    }
}
