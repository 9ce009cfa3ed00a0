package org.lexicographer.eval.exchange;

import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.eval.evaluator.SplicedDictionary;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.LanguageModels;
import org.lexicographer.pipeline.recipe.setting.ComputeType;

/** Tells whether dictionaries fit language models. */
public final class ModelFit {

    private final LanguageModels<LanguageModel> models;

    public ModelFit(LanguageModels<LanguageModel> models) {
        this.models = models;
    }

    /**
     * Checks that a dictionary fits a model's sites, and returns the longest context that the model
     * takes, in tokens.
     *
     * @param languageModel the URI of the model's folder
     * @param type what the model computes in
     * @throws UnusableInputException when the model has no such site, or another width there
     * @throws org.lexicographer.languagemodel.folder.InvalidModelException when it cannot be read
     */
    public int check(
            Dictionary dictionary,
            DictionaryConfig config,
            String languageModel,
            ComputeType type) {
        try (LanguageModels.Lease<LanguageModel> lease = models.lease(languageModel, type)) {
            new SplicedDictionary(dictionary, config.site(), config.reconstructs())
                    .checkFits(lease.model());
            return lease.model().contextLimit();
        }
    }
}
