package org.lexicographer.eval.statistics.kept;

import static java.util.Objects.requireNonNull;

import org.lexicographer.eval.evaluator.Contexts;
import org.lexicographer.eval.store.EvaluationSetting;
import org.lexicographer.languagemodel.folder.ModelFolders;
import org.lexicographer.languagemodel.tokenizer.SpecialTokens;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;

/** Has evaluations keep what statistics would run the language model for again. */
public final class LatentKeeper {

    private final KeptLatents kept;
    private final ModelFolders folders;

    public LatentKeeper(KeptLatents kept, ModelFolders folders) {
        this.kept = requireNonNull(kept, "kept is null");
        this.folders = requireNonNull(folders, "folders is null");
    }

    /** Dictionaries that are evaluated on one text. */
    @FunctionalInterface
    public interface OnText {

        /** Begins to keep what a dictionary's latents do; for the caller to close. */
        EvaluatedLatents of(DictionaryCheckpoint checkpoint, int dictionarySize);
    }

    /**
     * Prepares an evaluation.
     *
     * @param model a text that is the same for the same language model only
     * @param contexts all contexts that statistics will be over
     * @param shardContexts how many of them are a shard, whole batches
     * @param evaluated how many of them, the first ones, are evaluated
     * @throws org.lexicographer.languagemodel.folder.InvalidModelException when nobody can say
     *     which tokens count
     */
    public OnText begin(
            EvaluationSetting setting,
            String model,
            Contexts contexts,
            int shardContexts,
            int evaluated) {
        ReadText read =
                new ReadText(
                        model,
                        contexts,
                        setting.batchContexts(),
                        SpecialTokens.of(folders.find(setting.languageModel()).files()));
        EvaluatedLatents.EvaluatedText text =
                new EvaluatedLatents.EvaluatedText(read, shardContexts, evaluated);
        return (checkpoint, size) -> new EvaluatedLatents(kept, text, checkpoint, size);
    }
}
