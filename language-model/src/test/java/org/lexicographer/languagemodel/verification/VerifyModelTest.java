package org.lexicographer.languagemodel.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.engine.Engine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;

class VerifyModelTest {

    @TempDir Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final VerifyModel verify = new VerifyModel(new PrintStream(out), new PrintStream(err));

    private static Path reference(String name) {
        try {
            return Path.of(VerifyModelTest.class.getResource("/reference/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void saysThatThereIsNoGpu() {
        assumeThat(Engine.getInstance().getGpuCount()).isZero();

        assertThat(verify.run("--device=gpu", folder.toString())).isEqualTo(2);
        assertThat(err).hasToString("verify-model: there is no GPU here that PyTorch could use\n");
    }

    @BeforeEach
    void copyAReference() throws IOException {
        try (Stream<Path> files = Files.list(reference("sequential"))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
    }

    /** Rewrites the reference with every value of one tensor changed. */
    private void change(String tensor, float addend) throws IOException {
        Path file = folder.resolve("reference.safetensors");
        SafetensorsWriter writer = new SafetensorsWriter();
        SafetensorsFile old = SafetensorsFile.read(Files.readAllBytes(file));
        for (String name : old.names()) {
            var entry = old.entry(name);
            if (name.equals(tensor)) {
                float[] values = old.floats(name);
                values[values.length - 1] += addend;
                writer.addFloats(name, entry.shape(), values);
            } else {
                writer.add(name, entry.type(), entry.shape(), old.bytes(name));
            }
        }
        try (OutputStream stream = Files.newOutputStream(file)) {
            writer.writeTo(stream);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt_neox", "llama", "qwen2"})
    void computesWhatTransformersComputes(String name) {
        // When
        int exitCode = verify.run(reference(name).toString());

        // Then
        assertThat(exitCode).as("%s%s", out, err).isZero();
        assertThat(kinds())
                .containsExactly(
                        "",
                        "embed",
                        "resid.pre",
                        "attn.out",
                        "mlp.in",
                        "mlp.out",
                        "resid.post",
                        "logits",
                        "losses",
                        "within");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sequential", "llama3_rope", "llama_bfloat16", "mistral", "qwen3"})
    void computesAtEverySiteWhatTransformersComputes(String name) {
        // When
        int exitCode = verify.run(reference(name).toString());

        // Then
        assertThat(exitCode).as("%s%s", out, err).isZero();
        assertThat(kinds())
                .containsAll(Arrays.stream(Site.Kind.values()).map(Site.Kind::text).toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tanh_gelu_old_keys",
                "full_rotary_tied_bfloat16",
                "unbiased_float16_shards"
            })
    void computesAtEverySiteOfParallelBlocksWhatTransformersComputes(String name) {
        // When
        int exitCode = verify.run(reference(name).toString());

        // Then
        assertThat(exitCode).as("%s%s", out, err).isZero();
        assertThat(kinds())
                .contains("attn.z", "mlp.hidden", "resid.post")
                .doesNotContain("resid.mid");
    }

    /** Where more than the token's row enters it, these do not say where the stream starts. */
    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "gpt_neo", "gemma", "gemma2", "gemma3_text"})
    void computesWhatTransformersComputesAfterTheEmbedding(String name) {
        // When
        int exitCode = verify.run(reference(name).toString());

        // Then
        assertThat(exitCode).as("%s%s", out, err).isZero();
        assertThat(kinds()).contains("resid.pre", "resid.post", "logits", "losses");
    }

    private List<String> kinds() {
        return out.toString().lines().map(line -> line.split(" ")[0]).toList();
    }

    @Test
    void comparesLargeValuesByTheLargestOfTheirTensor() throws IOException {
        // Given
        Path file = folder.resolve("reference.safetensors");
        SafetensorsFile old = SafetensorsFile.read(Files.readAllBytes(file));
        SafetensorsWriter writer =
                new SafetensorsWriter()
                        .addLongs(
                                "input_ids", old.entry("input_ids").shape(), old.longs("input_ids"))
                        .addFloats("embed", List.of(1L, 1L, 24L), large(old.floats("embed"), 24));
        try (OutputStream stream = Files.newOutputStream(file)) {
            writer.writeTo(stream);
        }

        // When
        verify.run(folder.toString());

        // Then
        assertThat(out.toString().lines().filter(line -> line.startsWith("embed")))
                .hasSize(1)
                .allMatch(line -> line.contains("1.00e+00"));
    }

    /** The first values, of which one is beyond all that the model computes. */
    private static float[] large(float[] values, int count) {
        float[] first = Arrays.copyOf(values, count);
        first[0] = 1e9f;
        return first;
    }

    @ParameterizedTest
    @CsvSource({
        "embed, embed, 0.001",
        "layers.1.mlp.in, mlp.in, -0.001",
        "logits, logits, 0.001",
        "layers.0.resid.post, resid.post, NaN"
    })
    void namesWhatIsBeyondTolerance(String tensor, String kind, float addend) throws IOException {
        // Given
        change(tensor, addend);

        // When
        int exitCode = verify.run(folder.toString());

        // Then
        assertThat(exitCode).isEqualTo(1);
        assertThat(out.toString().lines().filter(line -> line.endsWith("BEYOND TOLERANCE")))
                .hasSize(2)
                .first()
                .asString()
                .startsWith(kind)
                .contains(tensor);
    }

    @Test
    void namesALossBeyondTolerance() throws IOException {
        // Given
        Path losses = folder.resolve("losses.json");
        Files.writeString(losses, "{\"losses\": {\"original\": 1, \"layers.1.mlp.in.zero\": 2}}");

        // When
        int exitCode = verify.run(folder.toString());

        // Then
        assertThat(exitCode).isEqualTo(1);
        assertThat(out.toString()).containsPattern("losses .* 1e-05 .*BEYOND TOLERANCE");
    }

    @Test
    void comparesTheLeadingPartThatAReferenceHas() throws IOException {
        // Given
        Path file = folder.resolve("reference.safetensors");
        SafetensorsFile old = SafetensorsFile.read(Files.readAllBytes(file));
        float[] logits = new float[3 * Math.toIntExact(old.entry("logits").shape().get(2))];
        System.arraycopy(old.floats("logits"), 0, logits, 0, logits.length);
        SafetensorsWriter writer =
                new SafetensorsWriter()
                        .addLongs(
                                "input_ids", old.entry("input_ids").shape(), old.longs("input_ids"))
                        .addFloats("logits", List.of(1L, 3L, logits.length / 3L), logits);
        try (OutputStream stream = Files.newOutputStream(file)) {
            writer.writeTo(stream);
        }

        // When
        int exitCode = verify.run(folder.toString());

        // Then
        assertThat(exitCode).as("%s%s", out, err).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"config.json", "model.safetensors", "reference.safetensors", "losses.json"})
    void namesAMissingFileInOneLine(String name) throws IOException {
        // Given
        Files.delete(folder.resolve(name));

        // When
        int exitCode = verify.run(folder.toString());

        // Then
        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1).first().asString().contains(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"config.json", "model.safetensors", "reference.safetensors", "losses.json"})
    void namesABrokenFileInOneLine(String name) throws IOException {
        // Given
        Files.writeString(folder.resolve(name), "{\"x");

        // When
        int exitCode = verify.run(folder.toString());

        // Then
        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1).first().asString().contains(name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"losses\": {\"layers.9.mlp.out.zero\": 1}} | no such site in the model",
                "{\"losses\": {\"layers.0.mlp.out.doubled\": 1}} | unknown loss",
                "{\"losses\": {\"original\": \"low\"}} | loss is not a number: key=original",
                "{\"losses\": {}} | no losses"
            })
    void namesALossThatMakesNoSense(String losses, String message) throws IOException {
        // Given
        Files.writeString(folder.resolve("losses.json"), losses);

        // When
        int exitCode = verify.run(folder.toString());

        // Then
        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void explainsItsUse() {
        // When
        int exitCode = verify.run();

        // Then
        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString()).contains("'FOLDER'", "Usage: ./run verify-model");
    }

    /** {@code ./run verify-model --help} shows this file, before anything is built. */
    @Test
    void theHelpThatIsShownIsItsOwn() throws IOException {
        // When
        int exitCode = verify.run("--help");

        // Then
        assertThat(exitCode).isZero();
        assertThat(out).hasToString(Files.readString(Path.of("../docs/help/verify-model.txt")));
    }
}
