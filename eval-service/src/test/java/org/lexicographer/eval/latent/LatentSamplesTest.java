package org.lexicographer.eval.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;

class LatentSamplesTest {

    private static final long SEED = 11;

    private final RandomLatents text = RandomLatents.of(5, 200);
    @TempDir Path folder;

    private final LatentSamples whole = text.samples(SEED, 0, 200);

    @Test
    void theHistogramHasEveryValueOverTheLatentsRange() {
        LatentCounts counts = text.counts();
        for (int latent = 0; latent < RandomLatents.LATENTS; latent++) {
            LatentRange range = LatentRange.of(counts.totals(latent));
            int[] expected = new int[LatentRange.BINS];
            for (int context = 0; context < text.contexts(); context++) {
                for (float value : text.ofLatent(context, latent)) {
                    if (value > 0) {
                        expected[range.bin(value)]++;
                    }
                }
            }
            assertThat(whole.histogram(latent)).isEqualTo(expected);
        }
    }

    @Test
    void anIntervalKeepsTheContextsWithTheSmallestHashes() {
        LatentCounts counts = text.counts();
        for (int latent = 0; latent < RandomLatents.LATENTS; latent++) {
            LatentRange range = LatentRange.of(counts.totals(latent));
            for (int interval = 0; interval < LatentRange.INTERVALS; interval++) {
                int own = latent;
                int wanted = interval;
                List<Integer> expected =
                        smallestHashes(
                                latent,
                                LatentSamples.KEPT_OF_INTERVAL,
                                context ->
                                        text.maximum(context, own) > 0
                                                && range.interval(text.maximum(context, own))
                                                        == wanted);
                assertThat(whole.interval(latent, interval))
                        .extracting(Occurrence::context)
                        .isEqualTo(expected);
            }
        }
    }

    private List<Integer> smallestHashes(int latent, int limit, IntPredicate among) {
        return IntStream.range(0, text.contexts())
                .filter(among)
                .boxed()
                .sorted(Comparator.comparing(context -> SampleHash.of(SEED, latent, context)))
                .limit(limit)
                .toList();
    }

    @Test
    void keptContextsHaveAllThatTheLatentDoesInThem() {
        TopContexts top = text.counts().top();
        for (int latent = 0; latent < RandomLatents.LATENTS; latent++) {
            assertThat(whole.top(latent)).hasSize(top.size(latent));
            for (int rank = 0; rank < top.size(latent); rank++) {
                assertComplete(whole.top(latent).get(rank), top.context(latent, rank), latent);
            }
            for (int interval = 0; interval < LatentRange.INTERVALS; interval++) {
                for (Occurrence occurrence : whole.interval(latent, interval)) {
                    assertComplete(occurrence, occurrence.context(), latent);
                }
            }
        }
    }

    private void assertComplete(Occurrence occurrence, int context, int latent) {
        float[] expected = text.ofLatent(context, latent);
        float[] found = new float[expected.length];
        for (int i = 0; i < occurrence.positions().length; i++) {
            found[occurrence.positions()[i]] = occurrence.values()[i];
        }
        assertThat(occurrence.context()).isEqualTo(context);
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void filesOfPartsAddUpToTheWholeAFewLatentsAtATimeInWhateverOrder() throws IOException {
        try (TensorSource last = written(120, 200);
                TensorSource first = written(0, 50);
                TensorSource middle = written(50, 120)) {
            for (int from = 0; from < RandomLatents.LATENTS; from += 3) {
                // When
                int end = Math.min(RandomLatents.LATENTS, from + 3);
                LatentSamples merged = new LatentSamples(text.counts(), SEED, from, end);
                SamplesFile.addTo(merged, last, "");
                SamplesFile.addTo(merged, first, "");
                SamplesFile.addTo(merged, middle, "");

                // Then
                for (int latent = from; latent < end; latent++) {
                    assertWhole(merged, latent);
                }
            }
        }
    }

    private TensorSource written(int from, int to) throws IOException {
        SafetensorsWriter written = new SafetensorsWriter();
        SamplesFile.write(written, "", text.samples(SEED, from, to));
        return Written.file(folder, written);
    }

    private void assertWhole(LatentSamples merged, int latent) {
        assertThat(merged.histogram(latent)).isEqualTo(whole.histogram(latent));
        assertThat(merged.top(latent)).usingRecursiveComparison().isEqualTo(whole.top(latent));
        for (int interval = 0; interval < LatentRange.INTERVALS; interval++) {
            assertThat(merged.interval(latent, interval))
                    .usingRecursiveComparison()
                    .isEqualTo(whole.interval(latent, interval));
        }
    }

    @Test
    void anotherSeedDrawsAnotherSample() {
        LatentSamples other = text.samples(SEED + 1, 0, 200);

        assertThat(other.interval(3, 2))
                .extracting(Occurrence::context)
                .isNotEqualTo(whole.interval(3, 2).stream().map(Occurrence::context).toList());
        assertThat(other.histogram(6)).isEqualTo(whole.histogram(6));
    }

    @Test
    void valuesThatTheFirstPassDidNotSeeAreNamed() {
        LatentSamples samples = new LatentSamples(text.counts(0, 1), SEED);

        assertThatThrownBy(
                        () -> {
                            for (int context = 1; context < 200; context++) {
                                samples.add(text.context(context));
                            }
                        })
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("value outside of the first pass's range: ");
    }
}
