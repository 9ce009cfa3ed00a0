package org.lexicographer.eval.store;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.lexicographer.dictionary.config.Imported;
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.run.TextRule;

/**
 * What an evaluation must know beside the dictionary.
 *
 * @param languageModel the URI of the language model's folder
 * @param computeType what the language model computes in
 * @param contextLength tokens per context, T
 * @param batchContexts contexts per forward pass, B
 * @param text how files of documents become contexts
 */
public record EvaluationSetting(
        String languageModel,
        ComputeType computeType,
        int contextLength,
        int batchContexts,
        TextRule text) {

    private static final int BATCH_CONTEXTS = 8;

    public EvaluationSetting {
        requireNonNull(languageModel, "languageModel is null");
        requireNonNull(computeType, "computeType is null");
        requireNonNull(text, "text is null");
    }

    /** Returns what a run says of the dictionaries that it trains. */
    static EvaluationSetting of(RunSpec run) {
        return new EvaluationSetting(
                run.languageModel().uri(),
                run.languageModel().computeType(),
                run.contextLength(),
                run.tokenBlock().contexts(),
                run.textRule());
    }

    /**
     * Returns what an imported dictionary says itself; what it leaves open is as in its run, so
     * that the figures of a run can be compared.
     */
    static EvaluationSetting of(Imported imported, Optional<RunSpec> run) {
        return new EvaluationSetting(
                imported.languageModel(),
                computeType(run),
                imported.contextLength(),
                run.map(spec -> spec.tokenBlock().contexts()).orElse(BATCH_CONTEXTS),
                run.map(RunSpec::textRule).orElse(TextRule.DEFAULT));
    }

    /** Returns what the language model of a run computes in; float32 where there is no run. */
    public static ComputeType computeType(Optional<RunSpec> run) {
        return run.map(spec -> spec.languageModel().computeType()).orElse(ComputeType.FLOAT32);
    }
}
