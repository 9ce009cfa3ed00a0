package org.lexicographer.eval.evaluator;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.lexicographer.eval.metric.LossStatistics;
import org.lexicographer.eval.metric.MetricValues;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.NextTokenLoss;
import org.lexicographer.pipeline.message.Evaluation.Metric;

/**
 * Measures dictionaries in one language model; {@link
 * org.lexicographer.eval.metric.MetricDefinition} says what is measured. For use by one thread at a
 * time.
 */
public final class Evaluator {

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
     * Measures a dictionary on all the contexts.
     *
     * @param progress is told the number of contexts done, batch after batch
     * @throws UnusableInputException when the dictionary does not fit the model
     * @throws EvaluationInterruptedException when the thread was interrupted between two batches
     */
    public List<Metric> evaluate(
            SplicedDictionary spliced, Contexts contexts, IntConsumer progress) {
        spliced.checkFits(model);
        Baselines.Key key =
                new Baselines.Key(
                        modelIdentity, spliced.target(), contexts.digest(), batchContexts);
        Optional<Baseline> known = baselines.find(key);
        Measurement measurement = new Measurement(spliced, known);
        for (int from = 0; from < contexts.count(); from += batchContexts) {
            checkNotInterrupted();
            int to = Math.min(contexts.count(), from + batchContexts);
            measurement.add(contexts.range(from, to));
            progress.accept(to);
        }
        baselines.keep(key, new Baseline(measurement.losses));
        return measurement.metrics();
    }

    private static void checkNotInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw new EvaluationInterruptedException();
        }
    }

    /** One dictionary on one text. */
    private final class Measurement {
        private final SplicedDictionary spliced;
        private final Optional<Baseline> known;
        private final DictionaryPass pass;
        private final LossStatistics lossStatistics = new LossStatistics();
        private final List<Baseline.Losses> losses = new ArrayList<>();

        Measurement(SplicedDictionary spliced, Optional<Baseline> known) {
            this.spliced = spliced;
            this.known = known;
            this.pass = new DictionaryPass(model, spliced);
        }

        void add(Contexts batch) {
            Shape shape = new Shape(batch.count(), batch.contextLength());
            try (NDManager scope = model.newScope()) {
                NDArray tokens = scope.create(batch.tokens(), shape); // (B, T)
                Baseline.Losses between = baseline(tokens);
                NextTokenLoss reconstructed = pass.run(tokens);
                lossStatistics.add(between.original(), reconstructed, between.zero());
                losses.add(between);
            }
        }

        private Baseline.Losses baseline(NDArray tokens) {
            return known.map(baseline -> baseline.batches().get(losses.size()))
                    .orElseGet(() -> Baseline.Losses.of(model, spliced.target(), tokens));
        }

        List<Metric> metrics() {
            MetricValues values = new MetricValues();
            pass.report(values);
            lossStatistics.report(values);
            return values.metrics();
        }
    }
}
