package org.lexicographer.trainer.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.engine.Engine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerifyRecipeTest {

    private static final Path FOLDER = Path.of("src/test/resources/recipes");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir Path copy;

    private int verify(String... arguments) {
        return new VerifyRecipe(print(out), print(err)).run(arguments);
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    @Test
    void acceptsAReferenceAndPrintsEverySnapshot() {
        // When
        int status = verify(FOLDER.resolve("standard").toString());

        // Then
        assertThat(status).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8).lines().map(line -> line.split(" {2,}")[0]))
                .contains("after 1", "after 2", "after 5", "after 10", "after 20", "after 40")
                .contains("inference")
                .contains("dense steps are within the tolerance of 1.0E-5")
                .contains("sparse steps are within the tolerance of 1.0E-5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"top_k", "batch_top_k", "matryoshka_batch_top_k"})
    void comparesBothWaysOfTheTopKFamily(String name) {
        assertThat(verify(FOLDER.resolve(name).toString())).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains(
                        "dense steps are within the tolerance of 1.0E-4",
                        "sparse steps are within the tolerance of 1.0E-4");
    }

    @Test
    void trainsTwiceAndComparesTheBits() {
        assertThat(verify(FOLDER.resolve("gated").toString())).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("two runs end in the same bits");
    }

    @Test
    void saysThatThereIsNoGpu() {
        assumeThat(Engine.getInstance().getGpuCount()).isZero();

        assertThat(verify("--device=gpu", FOLDER.resolve("standard").toString())).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("there is no GPU here that PyTorch could use\n");
    }

    @Test
    void exitsWithOneBeyondTheTolerance() throws IOException {
        // Given
        givenCopy("standard", "\"lr\": 0.002", "\"lr\": 0.00203");

        // When
        int status = verify(copy.toString());

        // Then
        assertThat(status).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("dense steps are BEYOND the tolerance", "sparse steps are BEYOND");
    }

    @Test
    void acceptsAResamplingThatFindsNoDeadLatents() throws IOException {
        givenCopy("post_2023", "\"lr\"", "\"resample_steps\": 1000, \"lr\"");

        assertThat(verify(copy.toString())).isZero();
    }

    @Test
    void exitsWithTwoWhereLatentsWereResampled() throws IOException {
        // Given: a penalty that kills them
        givenCopy(
                "post_2023",
                "\"lr\": 0.003,\n \"sparsity_penalty\": 0.004",
                "\"lr\": 0.3, \"sparsity_penalty\": 4, \"resample_steps\": 15");

        // When
        int status = verify(copy.toString());

        // Then
        assertThat(status).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("latents were resampled at random")
                .hasLineCount(1);
    }

    @Test
    void exitsWithTwoForAnotherRecipe() throws IOException {
        // Given
        givenCopy("standard", "lr", "lr");
        Files.writeString(
                copy.resolve("config.json"),
                "{\"trainer\": {\"trainer_class\": \"GatedTrainer\","
                        + " \"dict_class\": \"AutoEncoder\"}}");

        // When
        int status = verify(copy.toString());

        // Then
        assertThat(status).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("recipe not supported: trainer_class=GatedTrainer")
                .hasLineCount(1);
    }

    @Test
    void exitsWithTwoForAFolderThatIsNotThere() {
        assertThat(verify(copy.resolve("nothing").toString())).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("not a reference folder");
    }

    @Test
    void exitsWithTwoForSettingsThatAreNotJson() throws IOException {
        givenCopy("post_2023", "{", "{{");

        assertThat(verify(copy.toString())).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).hasLineCount(1);
    }

    @Test
    void exitsWithTwoForATrajectoryThatIsCut() throws IOException {
        givenCopy("post_2023", "lr", "lr");
        byte[] whole = Files.readAllBytes(copy.resolve("trajectory.safetensors"));
        Files.write(copy.resolve("trajectory.safetensors"), Arrays.copyOf(whole, 10_000));

        assertThat(verify(copy.toString())).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).hasLineCount(1);
    }

    @Test
    void exitsWithTwoWithoutAFolder() {
        assertThat(verify()).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("'FOLDER'", "Usage: ./run verify-recipe");
    }

    /** {@code ./run verify-recipe --help} shows this file, before anything is built. */
    @Test
    void theHelpThatIsShownIsItsOwn() throws IOException {
        // When
        int status = verify("--help");

        // Then
        assertThat(status).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo(Files.readString(Path.of("../docs/help/verify-recipe.txt")));
    }

    private void givenCopy(String name, String text, String replacement) throws IOException {
        try (Stream<Path> files = Files.list(FOLDER.resolve(name))) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        Path settings = copy.resolve("reference.json");
        Files.writeString(settings, Files.readString(settings).replace(text, replacement));
    }
}
