package org.lexicographer.eval.exchange;

import java.nio.file.Path;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.eval.evaluator.SplicedDictionary;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.eval.model.LanguageModels;
import org.lexicographer.eval.model.ModelFolders;

/** Tells whether dictionaries fit language models. */
public final class ModelFit {

    private final ModelFolders folders;
    private final LanguageModels models;

    /** Finds language models in these folders. */
    public ModelFit(ModelFolders folders, LanguageModels models) {
        this.folders = folders;
        this.models = models;
    }

    /**
     * Checks that a dictionary fits a model's sites, and returns the longest context that the model
     * takes, in tokens.
     *
     * @param languageModel the URI of the model's folder
     * @throws UnusableInputException when the model cannot be read, has no such site, or another
     *     width there
     */
    public int check(Dictionary dictionary, DictionaryConfig config, String languageModel) {
        Path folder = folders.find(languageModel);
        try (LanguageModels.Lease lease = models.lease(folder)) {
            new SplicedDictionary(dictionary, config.site(), config.reconstructs())
                    .checkFits(lease.model());
            return lease.model().contextLimit();
        }
    }
}
