package org.lexicographer.eval.evaluator;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.IntStream;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.message.Evaluation.Metric;

/**
 * Measures dictionaries in one language model; {@link
 * org.lexicographer.eval.metric.MetricDefinition} says what is measured. All go over the same
 * batches together: a batch runs once through the layers, its own loss and that of each zeroed site
 * are measured once, and a dictionary costs the layers above its target and one loss. A dictionary
 * has the same figures, to the bit, whichever others it is measured with. For use by one thread at
 * a time.
 */
public final class Evaluator {

    private static final Site RESIDUAL_STREAM = Site.parse("layers.0.resid.post");

    private final LanguageModel model;
    private final String modelIdentity;
    private final int batchContexts;
    private final Baselines baselines;

    /**
     * Creates an evaluator.
     *
     * @param model the language model, which stays the caller's
     * @param modelIdentity a text that is the same for the same model only
     * @param batchContexts contexts per forward pass, B
     * @param baselines where baselines are kept from one dictionary to the next
     */
    public Evaluator(
            LanguageModel model, String modelIdentity, int batchContexts, Baselines baselines) {
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
     * @throws EvaluationInterruptedException when the thread was interrupted between two batches
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
        for (int from = 0; from < contexts.count(); from += batchContexts) {
            checkNotInterrupted();
            List<Measurement> sound = all.stream().filter(Measurement::isSound).toList();
            if (sound.isEmpty()) {
                break;
            }
            int to = Math.min(contexts.count(), from + batchContexts);
            SharedBatch batch = new SharedBatch(model, from / batchContexts, from, losses, sound);
            run(batch, contexts.range(from, to));
            watch.contextsDone(to);
        }
        return all.stream().map(Measurement::outcome).toList();
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

    private void run(SharedBatch batch, Contexts contexts) {
        try (NDManager scope = model.newScope()) {
            Shape shape = new Shape(contexts.count(), contexts.contextLength());
            batch.run(scope.create(contexts.tokens(), shape)); // (B, T)
        }
    }

    private static void checkNotInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw new EvaluationInterruptedException();
        }
    }
}
