package org.lexicographer.languagemodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.languagemodel.forward.BranchingPass;
import org.lexicographer.pipeline.Site;

class SharedPassTest {

    private static final Site LOW = Site.parse("layers.0.mlp.out");
    private static final Site HIGH = Site.parse("layers.1.mlp.out");

    /** Float32 logits of up to 10, and sums over 50 of them. */
    private static final double TOLERANCE = 2e-5;

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

    private static BranchingPass.Branch branch(
            SharedPass pass, Site site, UnaryOperator<NDArray> replacement) {
        try (NDArray value = replacement.apply(pass.value(site))) { // (B, T, width)
            return pass.branch(site, value);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void anEqualValueAtAnySiteEndsWithTheModelsOwnBits(String parallelResidual) throws IOException {
        // Given
        NDArray tokens = load(parallelResidual);
        List<BranchingPass.Branch> ends = new ArrayList<>();

        // When
        SharedPass.Comparison found;
        try (SharedPass pass = model.share(tokens)) {
            for (Site site : new TreeSet<>(model.sites().all())) {
                ends.add(branch(pass, site, NDArray::duplicate));
            }
            found = pass.compare(ends);
        }

        // Then
        NextTokenLoss own = model.nextTokenLoss(tokens);
        assertThat(found.original()).isEqualTo(own);
        assertThat(found.replaced())
                .hasSize(parallelResidual.equals("true") ? 15 : 17)
                .containsOnly(new ReplacedLoss(own, new Divergence(0, 3 * 20)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void anotherValueCountsAsInAPassOfItsOwn(String parallelResidual) throws IOException {
        // Given
        NDArray tokens = load(parallelResidual);

        try (SharedPass pass = model.share(tokens)) {
            // When
            Set<Site> sites = new TreeSet<>(model.sites().all());
            List<BranchingPass.Branch> ends =
                    sites.stream().map(site -> branch(pass, site, HALF)).toList();
            Iterator<ReplacedLoss> found = pass.compare(ends).replaced().iterator();

            // Then
            for (Site site : sites) {
                ReplacedLoss branch = found.next();
                assertThat(branch.loss())
                        .as(site.toString())
                        .isEqualTo(model.nextTokenLoss(tokens, Map.of(site, HALF)))
                        .isNotEqualTo(model.nextTokenLoss(tokens));
                assertThat(branch.divergence().mean())
                        .isCloseTo(divergence(tokens, site), within(TOLERANCE));
            }
        }
    }

    /** The definition, over the logits of two whole passes, in double. */
    private double divergence(NDArray tokens, Site site) {
        float[] own = model.logits(tokens).toFloatArray();
        float[] other = model.logits(tokens, Map.of(site, HALF)).toFloatArray();
        int vocabulary = model.vocabularySize();
        double sum = 0;
        for (int at = 0; at < own.length; at += vocabulary) {
            double ownNorm = logSum(own, at, vocabulary);
            double otherNorm = logSum(other, at, vocabulary);
            for (int token = 0; token < vocabulary; token++) {
                double log = own[at + token] - ownNorm;
                sum += Math.exp(log) * (log - (other[at + token] - otherNorm));
            }
        }
        return sum / (own.length / vocabulary);
    }

    private static double logSum(float[] logits, int from, int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += Math.exp(logits[from + i]);
        }
        return Math.log(sum);
    }

    @Test
    void valuesTriedBeforeChangeNothing() throws IOException {
        // Given
        NDArray tokens = load("true");
        ReplacedLoss alone;
        try (SharedPass pass = model.share(tokens)) {
            alone = pass.compare(List.of(branch(pass, HIGH, HALF))).replaced().getFirst();
        }

        // When
        ReplacedLoss afterOthers;
        try (SharedPass pass = model.share(tokens)) {
            List<BranchingPass.Branch> ends =
                    List.of(
                            branch(pass, LOW, NDArray::zerosLike),
                            branch(pass, LOW, HALF),
                            branch(pass, HIGH, NDArray::zerosLike),
                            branch(pass, HIGH, HALF));
            afterOthers = pass.compare(ends).replaced().getLast();
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
                    .isThrownBy(() -> pass.branch(LOW, wrong))
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
            // When
            List<BranchingPass.Branch> ends =
                    List.of(
                            branch(pass, last, x -> x.mul(Float.NaN)),
                            branch(pass, last, NDArray::duplicate));
            SharedPass.Comparison found = pass.compare(ends);

            // Then
            assertThatExceptionOfType(NotFiniteException.class)
                    .isThrownBy(() -> found.replaced().getFirst().checkedFinite())
                    .withMessageStartingWith("logits are not finite: ");
            assertThat(found.replaced().getLast().checkedFinite().loss())
                    .isEqualTo(model.nextTokenLoss(tokens));
            assertThat(found.original()).isEqualTo(model.nextTokenLoss(tokens));
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
            pass.compare(List.of(branch(pass, LOW, HALF), branch(pass, HIGH, HALF)));
        }

        // Then
        assertThat(arrays(scope)).isEqualTo(before);
        assertThat(arrays(scope.getParentManager())).isEqualTo(inModel);
    }

    private static int arrays(NDManager manager) {
        return ((BaseNDManager) manager).getManagedArrays().size();
    }
}
