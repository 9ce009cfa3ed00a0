package org.lexicographer.eval.evaluator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.eval.metric.EncodedParts;
import org.lexicographer.eval.metric.LatentStatistics;
import org.lexicographer.eval.metric.LossStatistics;
import org.lexicographer.eval.metric.MetricValues;
import org.lexicographer.eval.metric.ReconstructionStatistics;
import org.lexicographer.eval.metric.SparseRows;
import org.lexicographer.eval.metric.WeightStatistics;
import org.lexicographer.languagemodel.NextTokenLoss;
import org.lexicographer.languagemodel.NotFiniteException;
import org.lexicographer.languagemodel.ReplacedLoss;
import org.lexicographer.languagemodel.SharedPass;
import org.lexicographer.languagemodel.forward.BranchingPass;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.message.Evaluation.Metric;

/**
 * One dictionary on one text: its reconstruction stands in for the activations of its target site,
 * at every position, and what passes through it is measured on the way.
 */
final class Measurement {

    private final SplicedDictionary spliced;
    private final BatchLatents seen;
    private final EncodedParts parts;
    private final Dictionary dictionary;
    private final Optional<SparseDecoder> decoder;
    private final LatentStatistics latentStatistics;
    private final ReconstructionStatistics reconstructionStatistics;
    private final LossStatistics lossStatistics = new LossStatistics();
    private RuntimeException failure;

    /** Is shown the active latents of a batch, of which the first context has this number. */
    interface BatchLatents {

        void accept(int firstContext, SparseRows active);
    }

    /**
     * Begins with no tokens.
     *
     * @param seen is shown the latents of batch after batch
     */
    Measurement(SplicedDictionary spliced, int contextLength, BatchLatents seen) {
        this.spliced = spliced;
        this.seen = seen;
        this.dictionary = spliced.dictionary();
        this.parts = new EncodedParts(dictionary);
        this.decoder = SparseDecoder.of(dictionary);
        this.latentStatistics = new LatentStatistics(dictionary.dictionarySize(), contextLength);
        this.reconstructionStatistics = new ReconstructionStatistics(dictionary.outputDim());
    }

    SplicedDictionary spliced() {
        return spliced;
    }

    /** Does a part of the work; what that throws ends this measurement, and no other. */
    void attempt(Runnable part) {
        if (!isSound()) {
            return;
        }
        try {
            part.run();
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    boolean isSound() {
        return failure == null;
    }

    /**
     * Measures one batch, up to what the language model makes of it; batches come in their order.
     *
     * @param pass has come to the target's layer
     * @param firstContext the number of the batch's first context
     * @param input (B, T, D), the pass's or the caller's
     * @param target (B, T, Dout), the pass's
     * @return what becomes of the reconstruction
     */
    BranchingPass.Branch measure(SharedPass pass, int firstContext, NDArray input, NDArray target) {
        try (NDManager scope = target.getManager().newSubManager()) {
            NDArray inputRows = rows(input, scope); // (N, D)
            NDArray targetRows = rows(target, scope); // (N, Dout)
            requireFinite("activation", spliced.input(), inputRows);
            requireFinite("activation", spliced.target(), targetRows);
            reconstructionStatistics.beginBatch(targetRows);
            NDArray reconstruction =
                    reconstruct(inputRows, targetRows, firstContext)
                            .reshape(target.getShape()); // (B, T, Dout)
            reconstructionStatistics.endBatch();
            return pass.branch(spliced.target(), reconstruction);
        }
    }

    private static NDArray rows(NDArray activations, NDManager scope) {
        long width = activations.getShape().get(2);
        NDArray rows = activations.reshape(-1, width); // (N, D)
        rows.attach(scope);
        return rows;
    }

    private NDArray reconstruct(NDArray input, NDArray target, int firstContext) {
        NDList reconstructed = new NDList();
        List<SparseRows> active = new ArrayList<>();
        parts.visit(
                input,
                (rows, found, all) -> {
                    active.add(found);
                    reconstructed.add(decode(found, all, target.get(rows))); // (n, Dout)
                });
        seen.accept(firstContext, SparseRows.joined(active));
        return NDArrays.concat(reconstructed); // (N, Dout)
    }

    private NDArray decode(SparseRows active, Supplier<NDArray> all, NDArray target) {
        latentStatistics.add(active);
        NDArray reconstruction =
                decoder.filter(sparse -> sparse.suits(active))
                        .map(sparse -> sparse.decode(active, target))
                        .orElseGet(() -> decode(all)); // (n, Dout)
        requireFinite("reconstruction", spliced.target(), reconstruction);
        reconstructionStatistics.add(target, reconstruction);
        return reconstruction;
    }

    private NDArray decode(Supplier<NDArray> all) {
        try (NDArray latents = all.get()) { // (n, F)
            return dictionary.decode(latents); // (n, Dout)
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

    /**
     * Ends a batch; batches come in their order.
     *
     * @param original the model's own loss
     * @param reconstructed what the model says with the reconstruction in the target's place
     * @param zeroed what it says with 0 there
     */
    void endBatch(NextTokenLoss original, ReplacedLoss reconstructed, ReplacedLoss zeroed) {
        lossStatistics.add(original, reconstructed, zeroed);
    }

    /** Returns the figures over all batches, or why there are none. */
    Outcome<List<Metric>> outcome() {
        return isSound() ? Outcome.of(this::metrics) : new Outcome.Failed<>(failure);
    }

    private List<Metric> metrics() {
        MetricValues values = new MetricValues();
        latentStatistics.report(values);
        reconstructionStatistics.report(values);
        lossStatistics.report(values);
        WeightStatistics.of(dictionary).report(values);
        return values.metrics();
    }
}
