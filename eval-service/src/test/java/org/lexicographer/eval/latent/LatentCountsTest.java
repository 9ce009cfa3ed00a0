package org.lexicographer.eval.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;

class LatentCountsTest {

    private final RandomLatents text = RandomLatents.of(3, 60);

    @TempDir Path folder;

    @Test
    void countsWhatAScanOfAllValuesCounts() {
        // When
        LatentCounts counts = text.counts();

        // Then
        assertThat(counts.contexts()).isEqualTo(60);
        assertThat(counts.tokens()).isEqualTo(60L * RandomLatents.TOKENS);
        for (int latent = 0; latent < RandomLatents.LATENTS; latent++) {
            assertScanned(counts, latent);
        }
    }

    private void assertScanned(LatentCounts counts, int latent) {
        int firings = 0;
        int active = 0;
        double sum = 0;
        float smallest = Float.POSITIVE_INFINITY;
        float largest = 0;
        for (int context = 0; context < text.contexts(); context++) {
            active += text.maximum(context, latent) > 0 ? 1 : 0;
            for (float value : text.ofLatent(context, latent)) {
                if (value > 0) {
                    firings++;
                    sum += value;
                    smallest = Math.min(smallest, value);
                    largest = Math.max(largest, value);
                }
            }
        }
        assertThat(counts.totals(latent))
                .isEqualTo(new LatentTotals(firings, sum, smallest, largest, active));
        assertThat(
                        IntStream.range(0, LogHistogram.BINS)
                                .map(bin -> counts.histogram(latent).count(bin))
                                .sum())
                .isEqualTo(firings);
    }

    @Test
    void keepsTheContextsWithTheLargestMaximaAndOfEqualOnesTheFirst() {
        // When
        TopContexts top = text.counts().top();

        // Then
        for (int latent = 0; latent < RandomLatents.LATENTS; latent++) {
            int own = latent;
            List<Integer> expected =
                    IntStream.range(0, text.contexts())
                            .boxed()
                            .filter(context -> text.maximum(context, own) > 0)
                            .sorted(
                                    Comparator.comparing(
                                                    (Integer context) ->
                                                            -text.maximum(context, own))
                                            .thenComparing(context -> context))
                            .limit(TopContexts.KEPT)
                            .toList();
            assertThat(
                            IntStream.range(0, top.size(own))
                                    .map(rank -> top.context(own, rank))
                                    .boxed())
                    .containsExactlyElementsOf(expected);
            for (int rank = 0; rank < top.size(own); rank++) {
                float[] values = text.ofLatent(top.context(own, rank), own);
                assertThat(values[top.position(own, rank)]).isEqualTo(top.value(own, rank));
                for (int before = 0; before < top.position(own, rank); before++) {
                    assertThat(values[before]).isLessThan(top.value(own, rank));
                }
            }
        }
    }

    @Test
    void partsAddUpToTheWhole() {
        // When
        LatentCounts merged = text.counts(0, 13);
        merged.merge(text.counts(13, 14));
        merged.merge(text.counts(14, 60));

        // Then
        text.assertCounts(merged);
    }

    @Test
    void aFileHasWhatWasWritten() throws IOException {
        // Given
        ActivityLog activity = text.activity(20, 60);

        // When
        LatentCounts merged = text.counts(0, 20);
        SafetensorsWriter written = new SafetensorsWriter();
        CountsFile.write(written, "a.", text.counts(20, 60), activity);
        CountsFile.write(written, "b.", new LatentCounts(3), new ActivityLog());
        try (TensorSource file = Written.file(folder, written)) {
            merged.merge(CountsFile.counts(file, "a."));
            ActivityLog read = CountsFile.activity(file, "a.");

            // Then
            assertThat(read).usingRecursiveComparison().isEqualTo(activity);
        }
        text.assertCounts(merged);
    }

    @Test
    void aLatentThatIsNeverActiveHasNoRange() {
        LatentCounts counts = new LatentCounts(1);

        assertThat(counts.totals(0))
                .isEqualTo(new LatentTotals(0, 0, Float.POSITIVE_INFINITY, 0, 0));
        assertThat(counts.top().size(0)).isZero();
    }

    @Test
    void countsOfAnotherDictionaryAreRefused() {
        LatentCounts counts = new LatentCounts(3);

        assertThatThrownBy(() -> counts.merge(new LatentCounts(2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("dictionary size mismatch: expected=3, found=2");
    }
}
