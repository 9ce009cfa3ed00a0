package org.lexicographer.languagemodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.pipeline.Site;

class NextTokenLossTest {

    /** A float32 log-softmax is off by some units in the last place of values around 10. */
    private static final double TOLERANCE = 1e-5;

    @TempDir Path folder;

    private static double lossOf(float[] logits, int target) {
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit);
        }
        return Math.log(sum) - logits[target];
    }

    @Test
    void isTheMeanOverAllPositionsButTheLast() throws IOException {
        // Given
        TinyLanguageModel.standard().writeTo(folder);
        long[] ids = {3, 1, 4, 1, 5, 9, 2, 6};

        try (LanguageModel model = LanguageModel.load(folder, Device.cpu());
                NDManager scope = model.newScope()) {
            NDArray tokens = scope.create(ids, new Shape(2, 4)); // (B, T)

            // When
            NextTokenLoss loss = model.nextTokenLoss(tokens);

            // Then
            NDArray logits = model.logits(tokens); // (B, T, V)
            double expected = 0;
            for (int context = 0; context < 2; context++) {
                for (int t = 0; t < 3; t++) {
                    float[] row = logits.get(context, t).toFloatArray();
                    expected += lossOf(row, (int) ids[context * 4 + t + 1]);
                }
            }
            assertThat(loss.predictions()).isEqualTo(6);
            assertThat(loss.mean()).isCloseTo(expected / 6, within(TOLERANCE));
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, 1e38f})
    void isNotTakenOfLogitsThatAreNotFinite(float factor) throws IOException {
        // Given
        TinyLanguageModel.standard().writeTo(folder);
        Site last = Site.parse("layers.1.resid.post");

        try (LanguageModel model = LanguageModel.load(folder, Device.cpu());
                NDManager scope = model.newScope()) {
            NDArray tokens = scope.create(new long[] {3, 1, 4, 1}, new Shape(1, 4)); // (B, T)

            // When, Then
            assertThatExceptionOfType(NotFiniteException.class)
                    .isThrownBy(() -> model.nextTokenLoss(tokens, Map.of(last, x -> x.mul(factor))))
                    .withMessageStartingWith("logits are not finite: ");
        }
    }

    @Test
    void isTheSameWhenItsLogitsDoNotFitAtOnce() throws IOException {
        // Given
        new TinyLanguageModel(1, 2, 1, 1 << 20, 32, 1).writeTo(folder);
        try (LanguageModel model = LanguageModel.load(folder, Device.cpu());
                NDManager scope = model.newScope()) {
            long[] ids = new long[50];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = i * 20_011L;
            }
            NDArray both = scope.create(ids, new Shape(2, 25)); // (B, T)

            // When
            NextTokenLoss loss = model.nextTokenLoss(both);

            // Then
            NextTokenLoss oneByOne =
                    model.nextTokenLoss(both.get("0:1")).plus(model.nextTokenLoss(both.get("1:2")));
            assertThat(loss.predictions()).isEqualTo(48);
            assertThat(loss.mean()).isCloseTo(oneByOne.mean(), within(TOLERANCE));
        }
    }

    @Test
    void isOverNothingWhenContextsHaveOneToken() throws IOException {
        // Given
        TinyLanguageModel.standard().writeTo(folder);
        try (LanguageModel model = LanguageModel.load(folder, Device.cpu());
                NDManager scope = model.newScope()) {

            // When
            NextTokenLoss loss =
                    model.nextTokenLoss(scope.create(new long[] {1, 2}, new Shape(2, 1)));

            // Then
            assertThat(loss).isEqualTo(NextTokenLoss.NONE);
            assertThat(loss.mean()).isNaN();
        }
    }

    @Test
    void rejectsANegativeCount() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NextTokenLoss(0, -1))
                .withMessage("predictions must not be negative: predictions=-1");
    }
}
