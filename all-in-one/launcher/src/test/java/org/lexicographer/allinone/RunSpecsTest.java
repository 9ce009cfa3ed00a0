package org.lexicographer.allinone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.allinone.demo.Demo;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec;
import org.lexicographer.pipeline.run.RunSpec;

/** The run specs that ship. */
class RunSpecsTest {

    private static final Path HOME = Path.of(System.getProperty(Demo.HOME));

    @ParameterizedTest
    @CsvSource({
        "pythia-70m-deduped-0-8192, 8192, 0.001",
        "pythia-70m-deduped-1-32768, 32768, 0.003"
    })
    void thePostsSetsAreReadyToRun(String run, int dictionarySize, double sparsityPenalty)
            throws IOException {
        // When
        RunSpec spec = RunSpec.read(Files.readAllBytes(HOME.resolve("runs/" + run + ".json")));

        // Then
        assertThat(spec.run()).isEqualTo(run);
        assertThat(spec.sites()).hasSize(6);
        assertThat(spec.training().steps()).isEqualTo(100_000);
        assertThat(spec.training().batchSize()).isEqualTo(8192);
        StandardRecipeSpec recipe = (StandardRecipeSpec) spec.recipes().getFirst();
        assertThat(recipe.dictionarySize()).isEqualTo(dictionarySize);
        assertThat(recipe.sparsityPenalty()).isEqualTo(sparsityPenalty);
        assertThat(recipe.resampling().orElseThrow().steps()).isEqualTo(30_000);
    }

    @Test
    void theExampleOfARealModelIsReadyToRun() throws IOException {
        // When
        RunSpec spec = RunSpec.read(Files.readAllBytes(HOME.resolve("runs/smollm2-135m.json")));

        // Then: the first position is left out, as docs/real-models.md says.
        assertThat(spec.run()).isEqualTo("smollm2-135m");
        assertThat(spec.training().tokens().positions().from()).isEqualTo(1);
        assertThat(spec.recipes()).extracting(RecipeSpec::name).containsExactly("topk", "jumprelu");
    }

    static Stream<Path> all() throws IOException {
        return Files.list(HOME.resolve("runs")).sorted();
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyOneIsReadAndHasItsFilesNameAndItsSection(Path file) throws IOException {
        RunSpec spec = RunSpec.read(Files.readAllBytes(file));

        assertThat(file).hasFileName(spec.run() + ".json");
        assertThat(Files.readString(HOME.resolve("docs/runs.md")))
                .contains("`%s`".formatted(file.getFileName()))
                .contains(spec.languageModel().uri());
    }

    @Test
    void theDemoTrainsAtEveryLayer() {
        assertThat(Demo.spec().sites())
                .extracting(Object::toString)
                .containsExactly(
                        "layers.0.mlp.out",
                        "layers.1.mlp.out",
                        "layers.2.mlp.out",
                        "layers.3.mlp.out");
    }
}
