package org.lexicographer.eval.inspection;

import ai.djl.ndarray.NDManager;
import java.util.function.Function;
import org.lexicographer.eval.evaluator.SplicedDictionary;
import org.lexicographer.eval.exchange.DictionaryMemoryLock;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.EvaluationSetting;
import org.lexicographer.eval.store.RunStore;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.LanguageModels;
import org.lexicographer.languagemodel.folder.ModelFolders;
import org.lexicographer.languagemodel.tokenizer.HuggingFaceTextTokenizer;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;

/** Loads a dictionary beside its language model for the time of one answer, one after the other. */
public final class DictionaryInModel {

    private final RunStore runs;
    private final DictionaryStore dictionaries;
    private final LanguageModels<LanguageModel> models;
    private final ModelFolders folders;
    private final DictionaryMemoryLock memoryLock;

    public DictionaryInModel(
            RunStore runs,
            DictionaryStore dictionaries,
            LanguageModels<LanguageModel> models,
            ModelFolders folders,
            DictionaryMemoryLock memoryLock) {
        this.runs = runs;
        this.dictionaries = dictionaries;
        this.models = models;
        this.folders = folders;
        this.memoryLock = memoryLock;
    }

    /**
     * What is loaded, until the answer is there.
     *
     * @param model the language model
     * @param dictionary fits the model
     * @param tokenizer the model's
     * @param setting what the dictionary's run says of both
     */
    public record InUse(
            LanguageModel model,
            SplicedDictionary dictionary,
            HuggingFaceTextTokenizer tokenizer,
            EvaluationSetting setting) {}

    /**
     * Returns what an answer says of a checkpoint.
     *
     * @throws org.lexicographer.eval.evaluator.UnusableInputException when the dictionary cannot be
     *     used in its model
     */
    public <T> T use(DictionaryCheckpoint checkpoint, Function<InUse, T> answer) {
        String run = checkpoint.dictionary().run();
        EvaluationSetting setting = runs.setting(run, dictionaries.config(checkpoint.prefix()));
        try (HuggingFaceTextTokenizer tokenizer =
                        HuggingFaceTextTokenizer.load(
                                folders.find(setting.languageModel()).files());
                LanguageModels.Lease<LanguageModel> lease =
                        models.lease(setting.languageModel(), setting.computeType())) {
            runs.checkModel(run, setting.languageModel(), lease.content());
            return memoryLock.run(
                    () -> {
                        try (NDManager scope = lease.model().newScope()) {
                            SplicedDictionary spliced =
                                    dictionaries.files(checkpoint.prefix()).splice(scope);
                            spliced.checkFits(lease.model());
                            return answer.apply(
                                    new InUse(lease.model(), spliced, tokenizer, setting));
                        }
                    });
        }
    }
}
