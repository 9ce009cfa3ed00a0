package org.lexicographer.eval.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.dictionary.architecture.StandardDictionary;
import org.lexicographer.eval.evaluator.SplicedDictionary;
import org.lexicographer.eval.inspection.Ablation.Effect;
import org.lexicographer.eval.service.StoredRun;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.TinyLanguageModel;
import org.lexicographer.pipeline.Site;

class AblationTest {

    private static final int DIM = StoredRun.ACTIVATION_DIM;
    private static final int LATENTS = 12;
    private static final Site SITE = Site.parse("layers.0.mlp.out");

    /** Logits are float32 and below 100; two ways to subtract differ in their last digits. */
    private static final double TOLERANCE = 1e-4;

    private final int[] tokens = StoredRun.contexts(1).tokens();
    private LanguageModel model;
    private NDManager manager;
    private NDArray encoder; // (D, F)
    private NDArray decoder; // (F, D)
    private SplicedDictionary spliced;

    @BeforeEach
    void load(@TempDir Path folder) throws IOException {
        model = LanguageModel.load(TinyLanguageModel.standard().writeTo(folder), Device.cpu());
        manager = NDManager.newBaseManager();
        encoder = manager.randomNormal(new Shape(DIM, LATENTS)); // (D, F)
        decoder = manager.randomNormal(new Shape(LATENTS, DIM)); // (F, D)
        StandardDictionary dictionary =
                new StandardDictionary(
                        encoder.duplicate(),
                        manager.zeros(new Shape(LATENTS)),
                        decoder.duplicate(),
                        manager.ones(new Shape(DIM)),
                        false);
        spliced = new SplicedDictionary(dictionary, SITE, SITE);
    }

    @AfterEach
    void release() {
        manager.close();
        model.close();
    }

    private NDArray ids() {
        return manager.create(tokens, new Shape(1, tokens.length)); // (1, T)
    }

    /** The latent's values as the formula has them, (T). */
    private float[] values(int latent) {
        NDArray rows = model.observe(ids(), Set.of(SITE)).get(SITE).reshape(-1, DIM); // (T, D)
        NDArray column = encoder.get(":, %d".formatted(latent)).reshape(DIM, 1); // (D, 1)
        float[] values = rows.matMul(column).toFloatArray();
        IntStream.range(0, values.length).forEach(i -> values[i] = Math.max(0, values[i]));
        return values;
    }

    /** The logarithms of the next tokens' probabilities without the latent, (T, V). */
    private double[][] logProbabilities(int latent, float[] values) {
        NDArray row = decoder.get(new NDIndex("%d".formatted(latent))).reshape(1, DIM); // (1, D)
        NDArray part = manager.create(values, new Shape(values.length, 1)).mul(row); // (T, D)
        NDArray logits =
                model.logits(
                        ids(), Map.of(SITE, value -> value.sub(part.reshape(value.getShape()))));
        int size = model.vocabularySize();
        double[][] rows = new double[tokens.length][];
        float[] all = logits.toFloatArray(); // (1, T, V)
        for (int t = 0; t < rows.length; t++) {
            float[] of = Arrays.copyOfRange(all, t * size, (t + 1) * size);
            double sum = IntStream.range(0, size).mapToDouble(v -> Math.exp(of[v])).sum();
            rows[t] = IntStream.range(0, size).mapToDouble(v -> of[v] - Math.log(sum)).toArray();
        }
        return rows;
    }

    @Test
    void takesAwayWhatTheLatentAddsWhereItIsActive() {
        for (int latent = 0; latent < LATENTS; latent++) {
            // Given
            float[] values = values(latent);
            double[][] before = logProbabilities(latent, new float[tokens.length]);
            double[][] after = logProbabilities(latent, values);
            int[] active =
                    IntStream.range(0, tokens.length - 1).filter(t -> values[t] > 0).toArray();

            // When
            Ablation ablation = new Ablation(model, spliced, latent);
            List<Effect> effects = ablation.add(tokens);

            // Then
            assertThat(effects).extracting(Effect::position).containsExactly(boxed(active));
            for (Effect effect : effects) {
                int next = tokens[effect.position() + 1];
                assertThat(effect.value()).isCloseTo(values[effect.position()], within(1e-4f));
                assertThat(effect.before())
                        .isCloseTo(before[effect.position()][next], within(TOLERANCE));
                assertThat(effect.after())
                        .isCloseTo(after[effect.position()][next], within(TOLERANCE));
            }
            float[] mean = ablation.meanChanges();
            for (int token = 0; token < mean.length; token++) {
                int of = token;
                double expected =
                        Arrays.stream(active)
                                .mapToDouble(t -> after[t][of] - before[t][of])
                                .average()
                                .orElse(0);
                assertThat((double) mean[token]).isCloseTo(expected, within(TOLERANCE));
            }
        }
    }

    private static Integer[] boxed(int[] positions) {
        return Arrays.stream(positions).boxed().toArray(Integer[]::new);
    }

    @Test
    void changesNothingWhereTheLatentIsSilent() {
        // Given: a decoder alone cannot make a latent active
        StandardDictionary silent =
                new StandardDictionary(
                        manager.zeros(new Shape(DIM, LATENTS)),
                        manager.zeros(new Shape(LATENTS)),
                        decoder.duplicate(),
                        manager.zeros(new Shape(DIM)),
                        false);

        // When
        Ablation ablation = new Ablation(model, new SplicedDictionary(silent, SITE, SITE), 3);

        // Then
        assertThat(ablation.add(tokens)).isEmpty();
        assertThat(ablation.meanChanges()).isEmpty();
    }

    @Test
    void aContextOfOneTokenHasNoNext() {
        assertThat(new Ablation(model, spliced, 0).add(new int[] {tokens[0]})).isEmpty();
    }
}
