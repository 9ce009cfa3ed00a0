package org.lexicographer.eval.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.eval.HeldHeap;
import org.lexicographer.eval.latent.ActivityLog;
import org.lexicographer.eval.latent.ContextLatents;
import org.lexicographer.eval.latent.LatentCounts;
import org.lexicographer.eval.latent.LatentSamples;
import org.lexicographer.eval.latent.LogHistogram;
import org.lexicographer.eval.latent.SilentContexts;
import org.lexicographer.eval.latent.companion.CloseLatents;
import org.lexicographer.eval.latent.companion.CoActivation;
import org.lexicographer.eval.latent.result.LatentRecord.TokenEffects;
import org.lexicographer.eval.metric.SparseRows;

/** The formulas of docs/latents.md, compared with what is held, which is counted and not timed. */
class StatisticsMemoryTest {

    /** Arrays that grow are doubled, so that up to half of one is not used yet. */
    private static final double LEAST_USED = 0.5;

    /**
     * A shard.
     *
     * @param latents F
     * @param contexts how many
     * @param length tokens per context, T
     * @param active active latents of a token, A
     */
    private record Shard(int latents, int contexts, int length, int active) {

        List<ContextLatents> all() {
            Random random = new Random(5);
            List<ContextLatents> all = new ArrayList<>();
            for (int context = 0; context < contexts; context++) {
                ContextLatents own = new ContextLatents(latents);
                boolean[] counted = new boolean[length];
                Arrays.fill(counted, true);
                own.set(context, rows(random), counted);
                all.add(own);
            }
            return all;
        }

        private SparseRows rows(Random random) {
            int[] starts = IntStream.rangeClosed(0, length).map(token -> token * active).toArray();
            int[] found = new int[length * active];
            float[] values = new float[found.length];
            for (int token = 0; token < length; token++) {
                int[] own = random.ints(0, latents).distinct().limit(active).sorted().toArray();
                System.arraycopy(own, 0, found, token * active, active);
            }
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) Math.exp(random.nextGaussian());
            }
            return new SparseRows(starts, found, values);
        }

        long tokens() {
            return (long) contexts * length;
        }
    }

    private static long bins(LatentCounts counts) {
        return IntStream.range(0, counts.dictionarySize())
                .mapToObj(counts::histogram)
                .mapToLong(histogram -> histogram.endBin() - histogram.firstBin())
                .sum();
    }

    /** Counts of a text: totals, top contexts and log histograms with so many bins in all. */
    private static long counts(long latents, long bins) {
        return 344 * latents + 4 * bins;
    }

    private static long coActivation(long tokens, long active) {
        return 8 * tokens * (active + 1);
    }

    @ParameterizedTest
    @CsvSource({"500, 128, 32, 12", "2000, 64, 64, 20", "300, 256, 16, 100"})
    void passAHoldsWhatTheFormulaSays(int latents, int contexts, int length, int active) {
        // Given
        Shard shard = new Shard(latents, contexts, length, active);
        List<ContextLatents> all = shard.all();
        LatentCounts counts = new LatentCounts(latents);
        ActivityLog activity = new ActivityLog();
        CoActivation together = new CoActivation(latents);

        // When
        for (ContextLatents context : all) {
            counts.add(context);
            activity.add(context);
            together.add(context);
        }

        // Then
        assertThat(HeldHeap.of(counts))
                .isBetween(
                        (long) (0.9 * counts(latents, bins(counts))),
                        (long) (1.02 * counts(latents, bins(counts))));
        long formula =
                counts(latents, bins(counts))
                        + 16 * pairs(all)
                        + coActivation(shard.tokens(), active);
        assertThat(HeldHeap.of(counts, activity, together))
                .isBetween((long) (LEAST_USED * formula), formula);
    }

    @ParameterizedTest
    @CsvSource({"500, 1, 32, 12", "2000, 1, 64, 20", "300, 1, 16, 100"})
    void aContextThatIsShownHoldsWhatTheFormulaSays(
            int latents, int contexts, int length, int active) {
        // Given
        ContextLatents shown = new Shard(latents, contexts, length, active).all().getFirst();

        // When
        ByteBuffer written = ByteBuffer.allocate(shown.bytes());
        shown.write(written);

        // Then: beside the rows of the batch, and those of the context once more
        assertThat(written.remaining()).isZero();
        assertThat(HeldHeap.of(shown, written))
                .isLessThan(4L * latents + (48 - 8) * shown.entries());
    }

    @ParameterizedTest
    @CsvSource({"500, 128, 32, 12", "2000, 64, 64, 20", "300, 256, 16, 100"})
    void passBHoldsWhatTheFormulaSays(int latents, int contexts, int length, int active) {
        // Given
        List<ContextLatents> all = new Shard(latents, contexts, length, active).all();
        LatentCounts counts = new LatentCounts(latents);
        all.forEach(counts::add);
        LatentSamples samples = new LatentSamples(counts, 0);

        // When
        all.forEach(samples::add);

        // Then: beside what it knows of pass A
        long held = HeldHeap.of(samples) - HeldHeap.of(counts);
        long kept = Math.min(45L * latents, pairs(all));
        long mean = Math.ceilDiv((long) contexts * length * active, pairs(all));
        assertThat(held).isLessThan(850L * latents + kept * (112 + 8 * mean));
        assertThat(held).isGreaterThan(520L * latents);
    }

    private static long pairs(List<ContextLatents> all) {
        return all.stream().mapToLong(ContextLatents::active).sum();
    }

    @ParameterizedTest
    @CsvSource({"500, 128, 32, 12", "300, 256, 16, 100"})
    void resultsHoldWhatTheFormulaSays(int latents, int contexts, int length, int active) {
        // Given
        Shard shard = new Shard(latents, contexts, length, active);
        List<ContextLatents> all = shard.all();
        SilentContexts silent = new SilentContexts(latents, 0);
        CoActivation together = new CoActivation(latents);
        ActivityLog activity = new ActivityLog();
        for (ContextLatents context : all) {
            together.add(context);
            activity.add(context);
        }
        silent.add(activity, 0, contexts);

        // When
        List<CoActivation.OfLatent> companions = together.all();
        WeightFigures figures =
                new WeightFigures(
                        neighbours(latents),
                        neighbours(latents),
                        companions,
                        List.of(effects(latents), effects(latents)));

        // Then
        long formula = 2_340L * latents;
        assertThat(HeldHeap.of(silent, figures))
                .isBetween((long) (0.9 * formula), (long) (1.02 * formula));
    }

    private static List<CloseLatents> neighbours(int latents) {
        return IntStream.range(0, latents)
                .mapToObj(_ -> new CloseLatents(new int[10], new double[10]))
                .toList();
    }

    private static List<TokenEffects> effects(int latents) {
        return IntStream.range(0, latents)
                .mapToObj(
                        _ ->
                                new TokenEffects(
                                        true,
                                        new int[10],
                                        new float[10],
                                        new int[10],
                                        new float[10],
                                        0,
                                        1,
                                        new int[50]))
                .toList();
    }

    @Test
    void aLogHistogramOverAllOfFloat32TakesFourBytesABin() {
        // Given
        LogHistogram histogram = new LogHistogram();

        // When
        histogram.add(Float.MIN_VALUE);
        histogram.add(Float.MAX_VALUE);

        // Then: beside the object and the array's header
        assertThat(HeldHeap.of(histogram))
                .isBetween(4L * LogHistogram.BINS, 4L * LogHistogram.BINS + 48);
    }
}
