package org.lexicographer.eval.store;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.lexicographer.dictionary.config.Imported;
import org.lexicographer.pipeline.run.RunSpec;

/**
 * What an evaluation must know beside the dictionary.
 *
 * @param languageModel the URI of the language model's folder
 * @param contextLength tokens per context, T
 * @param batchContexts contexts per forward pass, B
 * @param textField the field of a JSON document that holds its text
 */
public record EvaluationSetting(
        String languageModel, int contextLength, int batchContexts, String textField) {

    private static final int BATCH_CONTEXTS = 8;
    private static final String TEXT_FIELD = "text";

    public EvaluationSetting {
        requireNonNull(languageModel, "languageModel is null");
        requireNonNull(textField, "textField is null");
    }

    /** Returns what a run says of the dictionaries that it trains. */
    static EvaluationSetting of(RunSpec run) {
        return new EvaluationSetting(
                run.languageModel().uri(),
                run.contextLength(),
                run.tokenBlock().contexts(),
                run.textField());
    }

    /**
     * Returns what an imported dictionary says itself; what it leaves open is as in its run, so
     * that the figures of a run can be compared.
     */
    static EvaluationSetting of(Imported imported, Optional<RunSpec> run) {
        return new EvaluationSetting(
                imported.languageModel(),
                imported.contextLength(),
                run.map(spec -> spec.tokenBlock().contexts()).orElse(BATCH_CONTEXTS),
                run.map(RunSpec::textField).orElse(TEXT_FIELD));
    }
}
