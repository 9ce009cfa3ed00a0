package org.lexicographer.eval.evaluator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.Map;
import java.util.Set;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.eval.metric.LatentStatistics;
import org.lexicographer.eval.metric.MetricValues;
import org.lexicographer.eval.metric.ReconstructionStatistics;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.NextTokenLoss;
import org.lexicographer.languagemodel.NotFiniteException;
import org.lexicographer.pipeline.Site;

/**
 * Forward passes in which a dictionary's reconstruction stands in for the activations of its target
 * site, at every position. What passes through the dictionary is measured on the way.
 */
final class DictionaryPass {

    /** How many latents are in memory at a time: 128 MiB of float32. */
    private static final long LATENTS_AT_A_TIME = 1L << 25;

    private final LanguageModel model;
    private final SplicedDictionary spliced;
    private final Dictionary dictionary;
    private final LatentStatistics latentStatistics;
    private final ReconstructionStatistics reconstructionStatistics;

    DictionaryPass(LanguageModel model, SplicedDictionary spliced) {
        this.model = model;
        this.spliced = spliced;
        this.dictionary = spliced.dictionary();
        this.latentStatistics = new LatentStatistics(dictionary.dictionarySize());
        this.reconstructionStatistics = new ReconstructionStatistics(dictionary.outputDim());
    }

    /** Runs one batch of token ids (B, T), which stays the caller's. */
    NextTokenLoss run(NDArray tokens) {
        NextTokenLoss loss =
                spliced.input().equals(spliced.target()) ? autoencode(tokens) : transcode(tokens);
        reconstructionStatistics.endBatch();
        return loss;
    }

    private NextTokenLoss autoencode(NDArray tokens) {
        return model.nextTokenLoss(tokens, Map.of(spliced.target(), x -> reconstruct(x, x)));
    }

    /**
     * The input is observed in a pass of its own, with the same bits, because a pass may reach the
     * target first.
     */
    private NextTokenLoss transcode(NDArray tokens) {
        NDArray input =
                model.observe(tokens, Set.of(spliced.input())).get(spliced.input()); // (B, T, D)
        try (input) {
            return model.nextTokenLoss(
                    tokens, Map.of(spliced.target(), x -> reconstruct(input, x)));
        }
    }

    /** Returns what is to replace the target (B, T, Dout), in the target's manager. */
    private NDArray reconstruct(NDArray input, NDArray target) {
        NDManager results = target.getManager();
        try (NDManager scope = results.newSubManager()) {
            NDArray inputRows = rows(input, scope); // (N, D)
            NDArray targetRows = rows(target, scope); // (N, Dout)
            requireFinite("activation", spliced.input(), inputRows);
            requireFinite("activation", spliced.target(), targetRows);
            NDArray whole =
                    reconstructRows(inputRows, targetRows)
                            .reshape(target.getShape()); // (B, T, Dout)
            whole.attach(results);
            return whole;
        }
    }

    private static NDArray rows(NDArray activations, NDManager scope) {
        long width = activations.getShape().get(2);
        NDArray rows = activations.reshape(-1, width); // (N, D)
        rows.attach(scope);
        return rows;
    }

    private NDArray reconstructRows(NDArray input, NDArray target) {
        long rows = input.getShape().get(0);
        long width = Math.max(dictionary.dictionarySize(), dictionary.outputDim());
        long step = Math.max(1, LATENTS_AT_A_TIME / width);
        NDList parts = new NDList();
        for (long start = 0; start < rows; start += step) {
            NDIndex part = new NDIndex("%d:%d".formatted(start, Math.min(rows, start + step)));
            parts.add(reconstructPart(input.get(part), target.get(part))); // (n, Dout)
        }
        return NDArrays.concat(parts); // (N, Dout)
    }

    private NDArray reconstructPart(NDArray input, NDArray target) {
        try (NDArray latents = dictionary.encode(input)) { // (n, F)
            latentStatistics.add(latents);
            NDArray reconstruction = dictionary.decode(latents); // (n, Dout)
            requireFinite("reconstruction", spliced.target(), reconstruction);
            reconstructionStatistics.add(target, reconstruction);
            return reconstruction;
        }
    }

    /** Such a number would spread over all figures and leave no trace of where it arose. */
    private static void requireFinite(String what, Site site, NDArray rows) {
        try (NDArray absolute = rows.abs(); // (N, D)
                NDArray largest = absolute.max()) { // ()
            if (!Float.isFinite(largest.getFloat())) {
                throw new NotFiniteException(
                        "%s is not finite: site=%s, largest=%s"
                                .formatted(what, site, largest.getFloat()));
            }
        }
    }

    void report(MetricValues values) {
        latentStatistics.report(values);
        reconstructionStatistics.report(values);
    }
}
