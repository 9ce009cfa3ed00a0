package org.lexicographer.trainer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.kernel.VectorModule;
import org.lexicographer.kernel.Workers;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.RecipeType;

/** Sparse steps make no garbage row by row, whatever the recipe; {@link StepAllocations} counts. */
class StepAllocationsTest {

    /** The smallest object there is: less for each row means that not every row makes one. */
    private static final double SMALLEST_OBJECT = 16;

    /** Eight times what was seen of a step; with vectors as objects it was 200 KB and more. */
    private static final long BYTES_OF_STEP = 64 << 10;

    @TempDir private Path folder;

    /**
     * What a recipe's steps allocate.
     *
     * @param type the recipe's type
     * @param few bytes of a step with few rows
     * @param many bytes of a step with many rows
     */
    private record Allocated(String type, long few, long many) {

        static Allocated of(String line) {
            String[] parts = line.split(" ");
            return new Allocated(parts[0], Long.parseLong(parts[1]), Long.parseLong(parts[2]));
        }

        double perRow() {
            return (many - few) / (double) (StepAllocations.MANY_ROWS - StepAllocations.FEW_ROWS);
        }
    }

    @Test
    void stepsOfAllRecipesMakeNoObjectsRowByRow() throws IOException, InterruptedException {
        List<Allocated> found = count();

        assertThat(found)
                .extracting(Allocated::type)
                .containsExactlyInAnyOrderElementsOf(
                        RecipeSpec.types().stream().map(RecipeType::name).toList());
        assertThat(found)
                .allSatisfy(it -> assertThat(it.perRow()).isLessThan(SMALLEST_OBJECT))
                .allSatisfy(it -> assertThat(it.many()).isLessThan(BYTES_OF_STEP));
    }

    private List<Allocated> count() throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Path log = folder.resolve("log");
        int status =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xbatch",
                                "-Xmx512m",
                                "--add-modules=" + VectorModule.NAME,
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dai.djl.offline=true",
                                "-D" + Workers.THREADS + "=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                StepAllocations.class.getName())
                        .redirectOutput(output.toFile())
                        .redirectError(log.toFile())
                        .start()
                        .waitFor();
        assertThat(status).as(() -> text(log)).isZero();
        return text(output)
                .lines()
                .filter(line -> line.matches("\\w+ \\d+ \\d+"))
                .map(Allocated::of)
                .toList();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
