package org.lexicographer.dictionary;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * How a dictionary of the top-k family chooses its active latents.
 *
 * @param k the number of active latents per row: exactly for {@code topK}, on average for the batch
 *     variants
 * @param threshold the value above which a latent is active, in units of the latents; negative when
 *     training has learned none
 * @param useThreshold whether the threshold decides rather than k; always so for the batch variants
 * @param groupSizes the sizes of the Matryoshka groups, in the order of the latents, adding up to
 *     F; empty for the other architectures
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ActiveLatents(
        int k, float threshold, boolean useThreshold, List<Integer> groupSizes) {

    /** The threshold of a dictionary that has learned none. */
    public static final float NO_THRESHOLD = -1;

    /** Checks the components. */
    public ActiveLatents {
        groupSizes = List.copyOf(groupSizes);
        if (k < 1) {
            throw new DictionaryException("k must be positive: k=" + k);
        }
        if (!Float.isFinite(threshold)) {
            throw new DictionaryException("threshold not finite: threshold=" + threshold);
        }
        if (groupSizes.stream().anyMatch(size -> size < 1)) {
            throw new DictionaryException("group sizes must be positive: groupSizes=" + groupSizes);
        }
    }

    /** The k largest of each row are active. */
    public static ActiveLatents topK(int k) {
        return new ActiveLatents(k, NO_THRESHOLD, false, List.of());
    }

    /** Those above a threshold are active, k of each row on average. */
    public static ActiveLatents above(float threshold, int k) {
        return new ActiveLatents(k, threshold, true, List.of());
    }

    /** Those above a threshold are active, k of each row on average, and they lie in groups. */
    public static ActiveLatents grouped(float threshold, int k, List<Integer> groupSizes) {
        return new ActiveLatents(k, threshold, true, groupSizes);
    }

    /** Returns the same for latents multiplied by a scale; a threshold never learned stays so. */
    public ActiveLatents scaled(double scale) {
        float scaled = threshold < 0 ? threshold : threshold * (float) scale;
        return new ActiveLatents(k, scaled, useThreshold, groupSizes);
    }

    /** Checks that they fit a dictionary, and returns them. */
    public ActiveLatents checkedFor(Architecture architecture, int dictionarySize) {
        if (k > dictionarySize) {
            throw new DictionaryException(
                    "k out of range: max=%d, found=%d".formatted(dictionarySize, k));
        }
        if (!useThreshold && architecture != Architecture.TOP_K) {
            throw new DictionaryException(
                    "architecture must use its threshold: architecture=" + architecture.text());
        }
        checkGroups(architecture, dictionarySize);
        return this;
    }

    private void checkGroups(Architecture architecture, int dictionarySize) {
        boolean grouped = architecture == Architecture.MATRYOSHKA_BATCH_TOP_K;
        long sum = groupSizes.stream().mapToLong(Integer::longValue).sum();
        if (sum != (grouped ? dictionarySize : 0)) {
            throw new DictionaryException(
                    "group sizes mismatch: expected sum=%d, found=%s, architecture=%s"
                            .formatted(
                                    grouped ? dictionarySize : 0, groupSizes, architecture.text()));
        }
    }
}
