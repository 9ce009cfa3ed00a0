package org.lexicographer.pipeline.message.progress;

import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.DictionaryId;

/**
 * How far the evaluation of one dictionary has come.
 *
 * @param dictionary which dictionary
 * @param contexts contexts that it was evaluated on
 * @param contextsTotal contexts that it is evaluated on in the end; 0 when that is not known yet
 */
public record EvaluationProgress(DictionaryId dictionary, long contexts, long contextsTotal)
        implements PartProgress {

    static final String PART = "evaluation/";

    public EvaluationProgress {
        new Checks().present("dictionary", dictionary).end();
    }

    @Override
    public String part() {
        return PART + dictionary;
    }

    @Override
    public Figures figures() {
        return new Figures()
                .with(Figure.CONTEXTS, contexts)
                .with(Figure.CONTEXTS_TOTAL, contextsTotal);
    }

    static EvaluationProgress read(String dictionary, Figures figures) {
        return new EvaluationProgress(
                DictionaryId.parse(dictionary),
                figures.count(Figure.CONTEXTS),
                figures.count(Figure.CONTEXTS_TOTAL));
    }
}
