package org.lexicographer.pipeline.message.progress;

import org.lexicographer.pipeline.BrokenRuleException;

/** How far one part of a run has come. */
public sealed interface PartProgress
        permits WholeRun,
                TokenizerProgress,
                ExtractionProgress,
                TrainingProgress,
                EvaluationProgress {

    /**
     * Returns the name of the part: {@code run}, {@code tokenizer}, {@code activation/REPLICA} or
     * {@code activation/REPLICA/STAGE}, {@code trainer/SITE} or {@code evaluation/DICTIONARY}.
     */
    String part();

    /** Returns the figures that the progress is written as. */
    Figures figures();

    /**
     * Reads the progress of a part. Figures that nobody has named yet are passed over, and those
     * that are not there count nothing.
     *
     * @throws IllegalArgumentException when there is no such part
     */
    static PartProgress read(String part, Figures figures) {
        int slash = part.indexOf('/');
        String kind = slash < 0 ? part : part.substring(0, slash + 1);
        String name = part.substring(slash + 1);
        return switch (kind) {
            case WholeRun.PART -> new WholeRun();
            case TokenizerProgress.PART -> TokenizerProgress.read(figures);
            case ExtractionProgress.PART -> ExtractionProgress.read(name, figures);
            case TrainingProgress.PART -> TrainingProgress.read(name, figures);
            case EvaluationProgress.PART -> EvaluationProgress.read(name, figures);
            default ->
                    throw new BrokenRuleException(
                            "unknown part",
                            "%s|%s|%sREPLICA|%sSITE|%sDICTIONARY"
                                    .formatted(
                                            WholeRun.PART,
                                            TokenizerProgress.PART,
                                            ExtractionProgress.PART,
                                            TrainingProgress.PART,
                                            EvaluationProgress.PART),
                            part);
        };
    }
}
