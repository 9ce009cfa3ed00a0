package org.lexicographer.languagemodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.Device;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.pipeline.Site;

class LanguageModelMemoryTest {

    private static final Path PROCESS_STATUS = Path.of("/proc/self/status");

    /** One pass's attention weights of one layer are 256 KiB: losing them each time shows. */
    private static final long LEAK_KIB = 64 * 1024;

    private static final int WARM_UP = 50;
    private static final int PASSES = 400;
    private static final Set<Site> SITES =
            Set.of(
                    Site.parse("embed"),
                    Site.parse("layers.0.resid.pre"),
                    Site.parse("layers.0.resid.post"),
                    Site.parse("layers.1.mlp.out"));
    private static final Map<Site, UnaryOperator<NDArray>> REPLACEMENTS =
            Map.of(
                    Site.parse("layers.0.mlp.out"),
                    x -> x.mul(0.5),
                    Site.parse("layers.1.resid.pre"),
                    x -> x);

    @TempDir Path folder;
    private LanguageModel model;
    private NDManager scope;
    private NDArray tokens;

    @BeforeEach
    void load() throws IOException {
        model = LanguageModel.load(TinyLanguageModel.standard().writeTo(folder), Device.cpu());
        scope = model.newScope();
        tokens = scope.create(new long[32 * 32], new Shape(32, 32)); // (B, T)
    }

    @AfterEach
    void close() {
        model.close();
    }

    private void passAndClose() {
        model.observe(tokens, SITES, REPLACEMENTS).values().forEach(NDArray::close);
        model.logits(tokens, REPLACEMENTS).close();
        model.nextTokenLoss(tokens, REPLACEMENTS);
    }

    private static int arrays(NDManager manager) {
        return ((BaseNDManager) manager).getManagedArrays().size();
    }

    /** Returns what is resident beside the heap, which a collection gives back to its bounds. */
    private static long nativeKib() throws IOException {
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
        long resident =
                Files.readAllLines(PROCESS_STATUS).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .findFirst()
                        .orElseThrow();
        return resident - heap / 1024;
    }

    @Test
    void leavesNoArrayBehind() {
        // Given
        passAndClose();
        int inScope = arrays(scope);
        int inModel = arrays(scope.getParentManager());

        // When
        for (int pass = 0; pass < 5; pass++) {
            passAndClose();
        }

        // Then
        assertThat(arrays(scope)).isEqualTo(inScope);
        assertThat(arrays(scope.getParentManager())).isEqualTo(inModel);
    }

    @Test
    void givesTheCallerNothingButTheActivations() {
        // Given
        int before = arrays(scope);

        // When
        model.observe(tokens, SITES, REPLACEMENTS);

        // Then
        assertThat(arrays(scope)).isEqualTo(before + SITES.size());
    }

    @Test
    void leavesNoArrayBehindWhenAReplacementFails() {
        // Given
        int before = arrays(scope);
        UnaryOperator<NDArray> failing =
                x -> {
                    throw new IllegalStateException("as asked");
                };

        // When
        assertThat(
                        catchThrowable(
                                () ->
                                        model.logits(
                                                tokens,
                                                Map.of(Site.parse("layers.1.mlp.in"), failing))))
                .hasMessage("as asked");

        // Then
        assertThat(arrays(scope)).isEqualTo(before);
    }

    @Test
    void keepsNativeMemorySteady() throws IOException {
        // Given
        assumeThat(PROCESS_STATUS).exists();
        for (int pass = 0; pass < WARM_UP; pass++) {
            passAndClose();
        }
        long before = nativeKib();

        // When
        for (int pass = 0; pass < PASSES; pass++) {
            passAndClose();
        }

        // Then
        assertThat(nativeKib() - before).isLessThan(LEAK_KIB);
    }
}
