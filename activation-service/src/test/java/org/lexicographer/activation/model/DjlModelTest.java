package org.lexicographer.activation.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.activation.TestRuns;
import org.lexicographer.languagemodel.TinyLanguageModel;
import org.lexicographer.languagemodel.folder.ModelFolder;
import org.lexicographer.languagemodel.weights.ModelDevices;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.recipe.setting.ComputeType;

class DjlModelTest {

    private static final Site IN = Site.parse("layers.0.mlp.in");
    private static final Site OUT = Site.parse("layers.1.mlp.out");

    @TempDir Path folder;

    private DjlModel load() {
        return DjlModel.load(
                new ModelFolder(folder, "content"),
                ModelDevices.only(Device.cpu(), Long.MAX_VALUE),
                ComputeType.FLOAT32);
    }

    @Test
    void theSameBlockGivesTheSameBitsWhateverElseIsObserved() {
        // Given
        int[] tokens = TestRuns.block(0).tokens();
        TinyLanguageModel.standard().writeTo(folder);
        try (DjlModel model = load()) {

            // When
            Map<Site, float[]> both = Activations.of(model, tokens, 8, Set.of(IN, OUT));
            Map<Site, float[]> one = Activations.of(model, tokens, 8, new TreeSet<>(Set.of(OUT)));

            // Then
            assertThat(both).containsOnlyKeys(IN, OUT);
            assertThat(both.get(OUT)).hasSize(16 * model.activationDim(OUT));
            assertThat(one.get(OUT)).isEqualTo(both.get(OUT));
            assertThat(both.get(IN)).isNotEqualTo(both.get(OUT));
        }
    }

    @Test
    void knowsWhatTheModelTakes() {
        // Given
        TinyLanguageModel.standard().writeTo(folder);

        // Then
        try (DjlModel model = load()) {
            assertThat(model.contextLimit()).isEqualTo(32);
            assertThat(model.activationDim(OUT)).isEqualTo(16);
        }
    }

    @Test
    void everySiteHasAWidthOfItsOwn() {
        // Given
        int[] tokens = TestRuns.block(0).tokens();
        Site heads = Site.parse("layers.0.attn.z");
        Site neurons = Site.parse("layers.1.mlp.hidden");
        TinyLanguageModel.standard().writeTo(folder);

        // Then
        try (DjlModel model = load()) {
            Map<Site, float[]> found = Activations.of(model, tokens, 8, Set.of(heads, neurons));
            assertThat(model.activationDim(neurons)).isEqualTo(4 * model.activationDim(heads));
            assertThat(found.get(heads)).hasSize(tokens.length * model.activationDim(heads));
            assertThat(found.get(neurons)).hasSize(tokens.length * model.activationDim(neurons));
        }
    }

    @Test
    void aModelThatDoesNotFitGivesTheSameBits() {
        // Given
        int[] tokens = TestRuns.block(0).tokens();
        TinyLanguageModel.standard().writeTo(folder);
        ModelFolder found = new ModelFolder(folder, "content");

        // Then
        try (DjlModel whole = load();
                DjlModel stored =
                        DjlModel.load(
                                found, ModelDevices.only(Device.cpu(), 0), ComputeType.FLOAT32)) {
            assertThat(Activations.of(stored, tokens, 8, Set.of(OUT)).get(OUT))
                    .isEqualTo(Activations.of(whole, tokens, 8, Set.of(OUT)).get(OUT));
        }
    }

    @Test
    void aFolderWithoutAModelOfAKnownFamilyIsUnusable() throws IOException {
        // Given
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"abacus\"}");

        // Then
        assertThatExceptionOfType(UnusableRunException.class)
                .isThrownBy(this::load)
                .withMessageStartingWith("language model not usable: ")
                .withMessageContaining("abacus");
    }

    @Test
    void specialTokensAreThoseThatTheFolderNames() throws IOException {
        // Given
        TinyLanguageModel.standard().writeTo(folder);
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"eos_token\": \"<e>\"}");
        Files.writeString(
                folder.resolve("tokenizer.json"),
                "{\"added_tokens\": [{\"id\": 3, \"content\": \"<e>\"}]}");

        // Then
        try (DjlModel model = load()) {
            assertThat(model.specialTokens()).containsExactly(3);
        }
    }

    @Test
    void aFolderThatNamesASpecialTokenThatDoesNotExistIsUnusable() throws IOException {
        // Given
        TinyLanguageModel.standard().writeTo(folder);
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"eos_token\": \"<e>\"}");

        // Then
        try (DjlModel model = load()) {
            assertThatExceptionOfType(UnusableRunException.class)
                    .isThrownBy(model::specialTokens)
                    .withMessageContaining("eos_token=<e>");
        }
    }
}
