package org.lexicographer.eval.evaluator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.architecture.IdentityDictionary;
import org.lexicographer.dictionary.architecture.StandardDictionary;
import org.lexicographer.dictionary.architecture.ZeroDictionary;
import org.lexicographer.eval.service.StoredRun;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.NotFiniteException;
import org.lexicographer.languagemodel.TinyLanguageModel;
import org.lexicographer.languagemodel.weights.ModelDevices;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.message.Evaluation.Metric;
import org.lexicographer.pipeline.recipe.setting.ComputeType;

class EvaluatorTest {

    private static final int DIM = StoredRun.ACTIVATION_DIM;
    private static final int BATCH_CONTEXTS = 4;

    /** Sums in another order, float32 per context. */
    private static final double BATCHING_TOLERANCE = 1e-5;

    private final Baselines baselines = new Baselines(4);
    private final Contexts contexts = StoredRun.contexts(6);
    private LanguageModel model;
    private NDManager manager;

    @BeforeEach
    void load(@TempDir Path folder) throws IOException {
        model = LanguageModel.load(TinyLanguageModel.standard().writeTo(folder), Device.cpu());
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void release() {
        manager.close();
        model.close();
    }

    private Map<String, Double> evaluate(Dictionary dictionary, Site input, Site target) {
        return evaluate(new SplicedDictionary(dictionary, input, target), contexts);
    }

    private Map<String, Double> evaluate(SplicedDictionary spliced, Contexts text) {
        return figures(
                new Evaluator(model, "tiny", BATCH_CONTEXTS, baselines)
                        .evaluate(List.of(spliced), text, done -> {})
                        .getFirst());
    }

    private static Map<String, Double> figures(Outcome<List<Metric>> outcome) {
        return outcome.orThrow().stream().collect(Collectors.toMap(Metric::id, Metric::value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "embed",
                "layers.0.resid.pre",
                "layers.0.attn.z",
                "layers.0.attn.out",
                "layers.0.mlp.in",
                "layers.1.mlp.hidden",
                "layers.1.mlp.out",
                "layers.1.resid.post"
            })
    void theOraclesAreExactAtEverySite(String text) {
        // Given
        Site site = Site.parse(text);

        // When
        int dim = model.activationDim(site);
        Map<String, Double> identity = evaluate(new IdentityDictionary(dim), site, site);
        Map<String, Double> zero = evaluate(new ZeroDictionary(dim, dim, 8), site, site);

        // Then
        assertThat(identity)
                .containsEntry("loss_recovered", 1.0)
                .containsEntry("frac_recovered", 1.0)
                .containsEntry("kl_divergence", 0.0)
                .containsEntry("kl_divergence_score", 1.0)
                .containsEntry("mse", 0.0)
                .containsEntry("fraction_of_variance_unexplained", 0.0);
        assertThat(zero)
                .containsEntry("loss_recovered", 0.0)
                .containsEntry("frac_recovered", 0.0)
                .containsEntry("kl_divergence_score", 0.0)
                .containsEntry("l0", 0.0)
                .containsEntry("fraction_alive", 0.0)
                .doesNotContainKey("relative_reconstruction_bias");
        assertThat(zero.get("loss_original")).isNotEqualTo(zero.get("loss_zero"));
    }

    @Test
    void theOriginalLossIsTheModelsOwn() {
        // Given
        double own = lossOf(contexts);

        // When
        Map<String, Double> figures =
                evaluate(new IdentityDictionary(DIM), StoredRun.MLP_OUT, StoredRun.MLP_OUT);

        // Then
        assertThat(figures.get("loss_original")).isCloseTo(own, within(BATCHING_TOLERANCE));
    }

    private double lossOf(Contexts text) {
        try (NDManager scope = model.newScope()) {
            Shape shape = new Shape(text.count(), text.contextLength());
            return model.nextTokenLoss(scope.create(text.tokens(), shape)).mean(); // (B, T)
        }
    }

    @Test
    void aTranscoderIsReadAtOneSiteAndPutInPlaceOfAnother() {
        // Given
        Dictionary dictionary = StoredRun.random(manager, false);

        // When
        Map<String, Double> figures = evaluate(dictionary, StoredRun.MLP_IN, StoredRun.MLP_OUT);

        // Then
        double expected = transcodedLoss(dictionary);
        assertThat(figures.get("loss_reconstructed"))
                .isCloseTo(expected, within(BATCHING_TOLERANCE));
        assertThat(figures.get("loss_zero"))
                .isEqualTo(
                        evaluate(new IdentityDictionary(DIM), StoredRun.MLP_OUT, StoredRun.MLP_OUT)
                                .get("loss_zero"));
    }

    private double transcodedLoss(Dictionary dictionary) {
        try (NDManager scope = model.newScope()) {
            Shape shape = new Shape(contexts.count(), contexts.contextLength());
            NDArray tokens = scope.create(contexts.tokens(), shape); // (B, T)
            NDArray input =
                    model.observe(tokens, Set.of(StoredRun.MLP_IN))
                            .get(StoredRun.MLP_IN); // (B, T, D)
            NDArray reconstruction = dictionary.reconstruct(input.reshape(-1, DIM)); // (N, Dout)
            return model.nextTokenLoss(
                            tokens,
                            Map.of(
                                    StoredRun.MLP_OUT,
                                    x -> reconstruction.reshape(x.getShape()).duplicate()))
                    .mean();
        }
    }

    @Test
    void theTargetMayComeBeforeTheInput() {
        // Given
        Dictionary dictionary = StoredRun.random(manager, false);

        // When
        Map<String, Double> figures =
                evaluate(dictionary, Site.parse("layers.1.resid.post"), StoredRun.MLP_IN);

        // Then
        assertThat(figures).containsKeys("loss_reconstructed", "mse");
    }

    @Test
    void aReconstructionThatIsNotFiniteIsNamedAndNoFigureComputed() {
        // Given
        Dictionary sound = StoredRun.random(manager, false);
        NDArray huge = manager.create(new float[] {Float.MAX_VALUE}); // (1)
        Dictionary unsound =
                new StandardDictionary(
                        manager.ones(new Shape(DIM, 2)), // (D, F)
                        huge.repeat(2), // (F)
                        huge.repeat(2 * DIM).reshape(2, DIM), // (F, Dout)
                        huge.repeat(DIM), // (Dout)
                        false);

        // Then
        assertThatExceptionOfType(NotFiniteException.class)
                .isThrownBy(() -> evaluate(unsound, StoredRun.MLP_OUT, StoredRun.MLP_OUT))
                .withMessageStartingWith("reconstruction is not finite: site=layers.0.mlp.out");
        assertThat(evaluate(sound, StoredRun.MLP_OUT, StoredRun.MLP_OUT)).containsKey("mse");
    }

    @Test
    void keptBaselinesGiveTheSameFigures() {
        // Given
        Dictionary dictionary = StoredRun.random(manager, true);
        Map<String, Double> first = evaluate(dictionary, StoredRun.MLP_OUT, StoredRun.MLP_OUT);

        // When
        Map<String, Double> second = evaluate(dictionary, StoredRun.MLP_OUT, StoredRun.MLP_OUT);

        // Then
        assertThat(second).isEqualTo(first);
    }

    @Test
    void aDictionaryHasTheSameBitsAloneAndAmongOthers() {
        // Given
        List<SplicedDictionary> dictionaries = new ArrayList<>();
        for (String site : List.of("layers.1.resid.post", "embed", "layers.0.mlp.out")) {
            Site target = Site.parse(site);
            dictionaries.add(
                    new SplicedDictionary(StoredRun.random(manager, false), target, target));
            dictionaries.add(new SplicedDictionary(new IdentityDictionary(DIM), target, target));
        }
        Dictionary transcoder = StoredRun.random(manager, false);
        dictionaries.add(new SplicedDictionary(transcoder, StoredRun.MLP_IN, StoredRun.MLP_OUT));
        dictionaries.add(
                new SplicedDictionary(
                        transcoder, Site.parse("layers.1.resid.post"), StoredRun.MLP_IN));

        // When
        List<Outcome<List<Metric>>> together =
                new Evaluator(model, "tiny", BATCH_CONTEXTS, baselines)
                        .evaluate(dictionaries, contexts, done -> {});

        // Then
        for (int i = 0; i < dictionaries.size(); i++) {
            Outcome<List<Metric>> alone =
                    new Evaluator(model, "tiny", BATCH_CONTEXTS, new Baselines(4))
                            .evaluate(List.of(dictionaries.get(i)), contexts, done -> {})
                            .getFirst();
            assertThat(together.get(i).orThrow())
                    .as(dictionaries.get(i).target().toString())
                    .isEqualTo(alone.orThrow());
        }
    }

    /** Six contexts are a batch of four and one of two; three of two go together two at a time. */
    @ParameterizedTest
    @ValueSource(longs = {0, 60_000, Long.MAX_VALUE})
    void aModelThatIsNotKeptInMemoryGivesTheSameFigures(long streamBytes, @TempDir Path folder)
            throws IOException {
        // Given
        List<SplicedDictionary> dictionaries = new ArrayList<>();
        Dictionary random = StoredRun.random(manager, false);
        for (String site : List.of("embed", "layers.0.mlp.out", "layers.1.resid.post")) {
            dictionaries.add(new SplicedDictionary(random, Site.parse(site), Site.parse(site)));
        }
        dictionaries.add(new SplicedDictionary(random, StoredRun.MLP_IN, StoredRun.MLP_OUT));
        dictionaries.add(
                new SplicedDictionary(random, Site.parse("layers.1.resid.post"), StoredRun.MLP_IN));
        List<Integer> told = new ArrayList<>();
        List<List<Metric>> found;

        // When
        try (LanguageModel stored =
                LanguageModel.load(
                        TinyLanguageModel.standard().writeTo(folder),
                        ModelDevices.only(Device.cpu(), 0),
                        ComputeType.FLOAT32)) {
            found =
                    new Evaluator(stored, "tiny", 2, new Baselines(4), streamBytes)
                            .evaluate(dictionaries, contexts, told::add).stream()
                                    .map(Outcome::orThrow)
                                    .toList();
        }

        // Then
        assertThat(found)
                .isEqualTo(
                        new Evaluator(model, "tiny", 2, new Baselines(4))
                                .evaluate(dictionaries, contexts, done -> {}).stream()
                                        .map(Outcome::orThrow)
                                        .toList());
        assertThat(told).containsExactly(2, 4, 6);
    }

    @Test
    void aDictionaryThatCannotBeMeasuredTouchesNoOther() {
        // Given
        NDArray none = manager.create(new float[] {Float.NaN}); // (1)
        Dictionary unsound =
                new StandardDictionary(
                        manager.ones(new Shape(DIM, 2)), // (D, F)
                        manager.zeros(new Shape(2)), // (F)
                        manager.ones(new Shape(2, DIM)), // (F, Dout)
                        none.repeat(DIM), // (Dout)
                        false);
        Dictionary sound = StoredRun.random(manager, false);
        Site site = StoredRun.MLP_OUT;

        // When
        List<Outcome<List<Metric>>> together =
                new Evaluator(model, "tiny", BATCH_CONTEXTS, baselines)
                        .evaluate(
                                List.of(
                                        new SplicedDictionary(unsound, site, site),
                                        new SplicedDictionary(
                                                new IdentityDictionary(DIM + 1), site, site),
                                        new SplicedDictionary(sound, site, site)),
                                contexts,
                                done -> {});

        // Then
        assertThatExceptionOfType(NotFiniteException.class)
                .isThrownBy(together.get(0)::orThrow)
                .withMessageStartingWith("reconstruction is not finite: site=layers.0.mlp.out");
        assertThatExceptionOfType(UnusableInputException.class)
                .isThrownBy(together.get(1)::orThrow)
                .withMessageStartingWith("activation width mismatch: expected=16, found=17");
        assertThat(figures(together.get(2))).isEqualTo(evaluate(sound, site, site));
    }

    @Test
    void tellsHowManyContextsAreDone() {
        // Given
        List<Integer> told = new ArrayList<>();
        SplicedDictionary spliced =
                new SplicedDictionary(
                        new IdentityDictionary(DIM), StoredRun.MLP_OUT, StoredRun.MLP_OUT);

        // When
        new Evaluator(model, "tiny", BATCH_CONTEXTS, baselines)
                .evaluate(List.of(spliced), contexts, told::add);

        // Then
        assertThat(told).containsExactly(4, 6);
    }

    @Test
    void rejectsADictionaryOfAnotherWidth() {
        // Given
        SplicedDictionary spliced =
                new SplicedDictionary(
                        new IdentityDictionary(DIM + 1), StoredRun.MLP_OUT, StoredRun.MLP_OUT);

        // When / Then
        assertThatExceptionOfType(UnusableInputException.class)
                .isThrownBy(() -> evaluate(spliced, contexts))
                .withMessage(
                        "activation width mismatch: expected=16, found=17, site=layers.0.mlp.out");
    }

    @Test
    void rejectsASiteThatTheModelLacks() {
        // Given
        Site beyond = Site.parse("layers.2.mlp.out");

        // When / Then
        assertThatExceptionOfType(UnusableInputException.class)
                .isThrownBy(() -> evaluate(new IdentityDictionary(DIM), beyond, beyond))
                .withMessageContaining("layers.2.mlp.out");
    }

    @Test
    void stopsBetweenBatchesWhenInterrupted() {
        // Given
        Thread.currentThread().interrupt();

        // When / Then
        assertThatExceptionOfType(EvaluationInterruptedException.class)
                .isThrownBy(
                        () ->
                                evaluate(
                                        new IdentityDictionary(DIM),
                                        StoredRun.MLP_OUT,
                                        StoredRun.MLP_OUT));
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void leavesNothingBehindInNativeMemory() {
        // Given
        Dictionary dictionary = StoredRun.random(manager, true);
        NDManager owner = model.newScope().getParentManager();
        evaluate(dictionary, StoredRun.MLP_OUT, StoredRun.MLP_OUT);
        int before = owner.getManagedArrays().size();
        int ours = manager.getManagedArrays().size();

        // When
        evaluate(dictionary, StoredRun.MLP_IN, StoredRun.MLP_OUT);

        // Then
        assertThat(owner.getManagedArrays()).hasSize(before);
        assertThat(manager.getManagedArrays()).hasSize(ours);
    }
}
