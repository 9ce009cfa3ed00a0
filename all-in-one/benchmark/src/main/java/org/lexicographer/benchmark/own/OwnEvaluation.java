package org.lexicographer.benchmark.own;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.lexicographer.benchmark.work.EvaluationWork;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.architecture.StandardDictionary;
import org.lexicographer.eval.evaluator.Baselines;
import org.lexicographer.eval.evaluator.Contexts;
import org.lexicographer.eval.evaluator.Evaluator;
import org.lexicographer.eval.evaluator.Outcome;
import org.lexicographer.eval.evaluator.SplicedDictionary;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.pipeline.Site;

/** All metrics of some standard dictionaries with random weights. */
final class OwnEvaluation extends Timed {

    private static final int BASELINES_KEPT = 64;

    private final EvaluationWork work;
    private final LanguageModel model;
    private final NDManager weights;
    private final List<SplicedDictionary> dictionaries;
    private final Contexts contexts;
    private final Baselines known = new Baselines(BASELINES_KEPT);

    OwnEvaluation(EvaluationWork work) {
        super("lexicographer");
        this.work = work;
        try {
            model = LanguageModel.load(work.texts().path(), work.place().toDevice());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        weights = model.newScope();
        dictionaries = work.sites().stream().map(Site::parse).map(this::dictionary).toList();
        contexts = new Contexts(work.texts().contextLength(), work.texts().read());
    }

    private SplicedDictionary dictionary(Site site) {
        long width = model.activationDim(site);
        long size = work.dictionarySize();
        NDArray encoder = weights.randomNormal(new Shape(width, size)).divi(Math.sqrt(width));
        NDArray decoder = weights.randomNormal(new Shape(size, width)).divi(Math.sqrt(size));
        Dictionary drawn =
                new StandardDictionary(
                        encoder, // (D, F)
                        weights.zeros(new Shape(size)), // (F)
                        decoder, // (F, D)
                        weights.zeros(new Shape(width)), // (D)
                        true);
        return new SplicedDictionary(drawn, site, site);
    }

    @Override
    void act() {
        Baselines baselines = work.known() ? known : new Baselines(BASELINES_KEPT);
        Evaluator evaluator =
                new Evaluator(model, "benchmark", EvaluationWork.BATCH_CONTEXTS, baselines);
        evaluator.evaluate(dictionaries, contexts, done -> {}).forEach(Outcome::orThrow);
    }

    @Override
    public void close() {
        weights.close();
        model.close();
    }
}
