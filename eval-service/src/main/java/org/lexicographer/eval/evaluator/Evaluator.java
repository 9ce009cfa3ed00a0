package org.lexicographer.eval.evaluator;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.stream.IntStream;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.SharedPass;
import org.lexicographer.languagemodel.SharedPasses;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.message.Evaluation.Metric;

/**
 * Measures dictionaries in one language model; {@link
 * org.lexicographer.eval.metric.MetricDefinition} says what is measured. All go over the same
 * batches together: a batch runs once through the layers, its own loss and that of each zeroed site
 * are measured once, and a dictionary costs the layers above its target and one loss. Where the
 * model's weights are not kept in memory, as many batches as may be go through the layers together,
 * so that each layer is made once for all of them. A dictionary has the same figures, to the bit,
 * whichever others it is measured with, and however many batches go together. For use by one thread
 * at a time.
 */
public final class Evaluator {

    private static final Site RESIDUAL_STREAM = Site.parse("layers.0.resid.post");

    private final LanguageModel model;
    private final String modelIdentity;
    private final int batchContexts;
    private final Baselines baselines;
    private final long streamBytes;

    /**
     * Creates an evaluator that measures one batch after the other.
     *
     * @param model the language model, which stays the caller's
     * @param modelIdentity a text that is the same for the same model only
     * @param batchContexts contexts per forward pass, B
     * @param baselines where baselines are kept from one dictionary to the next
     */
    public Evaluator(
            LanguageModel model, String modelIdentity, int batchContexts, Baselines baselines) {
        this(model, modelIdentity, batchContexts, baselines, 0);
    }

    /**
     * Creates an evaluator.
     *
     * @param model the language model, which stays the caller's
     * @param modelIdentity a text that is the same for the same model only
     * @param batchContexts contexts per forward pass, B
     * @param baselines where baselines are kept from one dictionary to the next
     * @param streamBytes how many bytes of residual streams may be held of batches that go together
     *     through the layers of a model that is not kept in memory
     */
    public Evaluator(
            LanguageModel model,
            String modelIdentity,
            int batchContexts,
            Baselines baselines,
            long streamBytes) {
        this.streamBytes = streamBytes;
        this.model = requireNonNull(model, "model is null");
        this.modelIdentity = requireNonNull(modelIdentity, "modelIdentity is null");
        this.batchContexts = batchContexts;
        this.baselines = requireNonNull(baselines, "baselines is null");
    }

    /**
     * Returns how many bytes each dictionary takes beside its weights while a batch is measured:
     * the residual stream's end (B, T, D), which waits for the model's own, and its normalized
     * copy.
     */
    public long endBytes(int contextLength) {
        long values = (long) batchContexts * contextLength * model.activationDim(RESIDUAL_STREAM);
        return 2 * Float.BYTES * values;
    }

    /**
     * Measures dictionaries on all the contexts.
     *
     * @param watch is told how it goes on
     * @return the figures of each dictionary, in their order, or why there are none: {@link
     *     UnusableInputException} when it does not fit the model
     * @throws EvaluationInterruptedException when the thread was interrupted
     */
    public List<Outcome<List<Metric>>> evaluate(
            List<SplicedDictionary> dictionaries, Contexts contexts, EvaluationWatch watch) {
        List<Measurement> all =
                IntStream.range(0, dictionaries.size())
                        .mapToObj(i -> begin(dictionaries.get(i), i, contexts, watch))
                        .toList();
        TextBaselines losses =
                new TextBaselines(
                        baselines,
                        new Baselines.Text(modelIdentity, contexts.digest(), batchContexts));
        for (int from = 0; from < contexts.count(); ) {
            List<Measurement> sound = all.stream().filter(Measurement::isSound).toList();
            if (sound.isEmpty()) {
                break;
            }
            List<SharedBatch> together = new ArrayList<>();
            int most = batchesTogether(sound, contexts.contextLength());
            for (; together.size() < most && from < contexts.count(); from += batchContexts) {
                int to = Math.min(contexts.count(), from + batchContexts);
                together.add(
                        new SharedBatch(
                                from / batchContexts,
                                from,
                                contexts.range(from, to),
                                losses,
                                sound));
            }
            run(together, sound, watch);
        }
        return all.stream().map(Measurement::outcome).toList();
    }

    /** Returns how many batches go through the layers together, at least one. */
    private int batchesTogether(List<Measurement> sound, int contextLength) {
        if (model.isInMemory()) {
            return 1;
        }
        long targets = sound.stream().map(it -> it.spliced().target()).distinct().count();
        long inputValues =
                SharedBatch.keptInputs(sound).stream().mapToLong(model::activationDim).sum();
        long bytes =
                endBytes(contextLength) * (1 + targets + sound.size())
                        + Float.BYTES * inputValues * batchContexts * contextLength;
        return Math.clamp(streamBytes / bytes, 1, Integer.MAX_VALUE);
    }

    private Measurement begin(
            SplicedDictionary spliced, int number, Contexts contexts, EvaluationWatch watch) {
        Measurement measurement =
                new Measurement(
                        spliced,
                        contexts.contextLength(),
                        (first, active) -> watch.encoded(number, first, active));
        measurement.attempt(() -> spliced.checkFits(model));
        return measurement;
    }

    private void run(List<SharedBatch> batches, List<Measurement> sound, EvaluationWatch watch) {
        try (NDManager scope = model.newScope()) {
            List<NDArray> tokens =
                    batches.stream().map(batch -> batch.tokens(scope)).toList(); // (B, T) each
            SortedSet<Site> late = SharedBatch.inputsThatComeTooLate(sound);
            if (!late.isEmpty()) {
                try (SharedPasses passes = model.shareAll(tokens, Evaluator::checkNotInterrupted)) {
                    passes.observe(
                            late,
                            (batch, pass, site) -> batches.get(batch).keep(pass, site, scope));
                }
            }
            try (SharedPasses passes = model.shareAll(tokens, Evaluator::checkNotInterrupted)) {
                passes.run(
                        SharedBatch.stops(sound),
                        (batch, pass, site) -> {
                            checkNotInterrupted();
                            batches.get(batch).stop(pass, site, scope);
                        });
                end(batches, passes, watch);
            }
        }
    }

    private static void end(List<SharedBatch> batches, SharedPasses passes, EvaluationWatch watch) {
        List<SharedPass.Comparison> found =
                passes.compare(batches.stream().map(SharedBatch::branches).toList());
        for (int i = 0; i < batches.size(); i++) {
            batches.get(i).end(found.get(i));
            watch.contextsDone(batches.get(i).end());
        }
    }

    private static void checkNotInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw new EvaluationInterruptedException();
        }
    }
}
