package org.lexicographer.languagemodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.Device;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.pipeline.Site;

class SharedPassTest {

    private static final Site LOW = Site.parse("layers.0.mlp.out");
    private static final Site HIGH = Site.parse("layers.1.mlp.out");
    private static final UnaryOperator<NDArray> HALF = x -> x.mul(0.5);

    @TempDir Path folder;
    private LanguageModel model;
    private NDManager scope;

    @AfterEach
    void close() {
        model.close();
    }

    private NDArray load(String parallelResidual) throws IOException {
        Map<String, String> config = Map.of("use_parallel_residual", parallelResidual);
        TinyLanguageModel.standard().writeTo(folder, config);
        model = LanguageModel.load(folder, Device.cpu());
        scope = model.newScope();
        long[] ids = new long[3 * 20];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = i * 7 % model.vocabularySize();
        }
        return scope.create(ids, new Shape(3, 20)); // (B, T)
    }

    private static NextTokenLoss lossWith(
            SharedPass pass, Site site, UnaryOperator<NDArray> replacement) {
        try (NDArray value = replacement.apply(pass.value(site))) { // (B, T, width)
            return pass.nextTokenLossWith(site, value);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void anEqualValueAtAnySiteEndsWithTheModelsOwnBits(String parallelResidual) throws IOException {
        // Given
        NDArray tokens = load(parallelResidual);
        Map<Site, NextTokenLoss> losses = new LinkedHashMap<>();

        // When
        NextTokenLoss own;
        try (SharedPass pass = model.share(tokens)) {
            for (Site site : new TreeSet<>(model.sites().all())) {
                losses.put(site, lossWith(pass, site, NDArray::duplicate));
            }
            own = pass.nextTokenLoss();
        }

        // Then
        assertThat(losses).hasSize(parallelResidual.equals("true") ? 15 : 17);
        assertThat(losses.values()).containsOnly(own);
        assertThat(model.nextTokenLoss(tokens)).isEqualTo(own);
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void anotherValueCountsAsInAPassOfItsOwn(String parallelResidual) throws IOException {
        // Given
        NDArray tokens = load(parallelResidual);

        try (SharedPass pass = model.share(tokens)) {
            for (Site site : new TreeSet<>(model.sites().all())) {
                // When
                NextTokenLoss branch = lossWith(pass, site, HALF);

                // Then
                assertThat(branch)
                        .as(site.toString())
                        .isEqualTo(model.nextTokenLoss(tokens, Map.of(site, HALF)))
                        .isNotEqualTo(model.nextTokenLoss(tokens));
            }
        }
    }

    @Test
    void valuesTriedBeforeChangeNothing() throws IOException {
        // Given
        NDArray tokens = load("true");
        NextTokenLoss alone;
        try (SharedPass pass = model.share(tokens)) {
            alone = lossWith(pass, HIGH, HALF);
        }

        // When
        NextTokenLoss afterOthers;
        try (SharedPass pass = model.share(tokens)) {
            lossWith(pass, LOW, NDArray::zerosLike);
            lossWith(pass, LOW, HALF);
            lossWith(pass, HIGH, NDArray::zerosLike);
            afterOthers = lossWith(pass, HIGH, HALF);
        }

        // Then
        assertThat(afterOthers).isEqualTo(alone);
    }

    @Test
    void doesNotGoBackToALayer() throws IOException {
        NDArray tokens = load("true");
        try (SharedPass pass = model.share(tokens)) {
            pass.value(HIGH);
            assertThatIllegalStateException()
                    .isThrownBy(() -> pass.value(LOW))
                    .withMessage("the pass is beyond the layer: at=1, wanted=0");
        }
    }

    @Test
    void rejectsAValueOfAnotherShapeAndASiteThatTheModelLacks() throws IOException {
        NDArray tokens = load("true");
        try (SharedPass pass = model.share(tokens);
                NDArray wrong = scope.zeros(new Shape(3, 20, 17))) { // (B, T, D + 1)
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> pass.nextTokenLossWith(LOW, wrong))
                    .withMessageStartingWith("replacement mismatch: expected=float32 (3, 20, 16)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> pass.value(Site.parse("layers.1.resid.mid")))
                    .withMessageContaining("layers.1.resid.mid");
        }
    }

    @Test
    void logitsThatAreNotFiniteEndABranchAlone() throws IOException {
        // Given
        NDArray tokens = load("true");
        Site last = Site.parse("layers.1.resid.post");

        try (SharedPass pass = model.share(tokens)) {
            // When, Then
            assertThatExceptionOfType(NotFiniteException.class)
                    .isThrownBy(() -> lossWith(pass, last, x -> x.mul(Float.NaN)))
                    .withMessageStartingWith("logits are not finite: ");
            assertThat(pass.nextTokenLoss()).isEqualTo(model.nextTokenLoss(tokens));
        }
    }

    @Test
    void leavesNoArrayBehind() throws IOException {
        // Given
        NDArray tokens = load("true");
        int before = arrays(scope);
        int inModel = arrays(scope.getParentManager());

        // When
        try (SharedPass pass = model.share(tokens)) {
            lossWith(pass, LOW, HALF);
            lossWith(pass, HIGH, HALF);
            pass.nextTokenLoss();
        }

        // Then
        assertThat(arrays(scope)).isEqualTo(before);
        assertThat(arrays(scope.getParentManager())).isEqualTo(inModel);
    }

    private static int arrays(NDManager manager) {
        return ((BaseNDManager) manager).getManagedArrays().size();
    }
}
