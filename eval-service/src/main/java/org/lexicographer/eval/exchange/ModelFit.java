package org.lexicographer.eval.exchange;

import java.util.Optional;
import java.util.stream.Stream;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.exchange.FolderFormat;
import org.lexicographer.eval.evaluator.SplicedDictionary;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.LanguageModels;
import org.lexicographer.languagemodel.ModelSites;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.recipe.setting.ComputeType;

/** Tells whether dictionaries fit language models. */
public final class ModelFit {

    private final LanguageModels<LanguageModel> models;

    public ModelFit(LanguageModels<LanguageModel> models) {
        this.models = models;
    }

    /**
     * Checks that a dictionary's files mean by a hook what we mean by its site: TransformerLens,
     * after whose hooks some formats name places, has attn_out and mlp_out behind the norms that
     * some families have after these modules, where no site is.
     *
     * @throws UnusableInputException when they do not
     */
    static void checkHooks(FolderFormat format, DictionaryConfig config, ModelSites sites) {
        boolean behindNorm =
                Stream.of(config.site(), config.reconstructs())
                        .map(Site::kind)
                        .anyMatch(it -> it == Site.Kind.ATTN_OUT || it == Site.Kind.MLP_OUT);
        if (behindNorm && format.namesHooks() && sites.hasNormsAfterModules()) {
            throw new UnusableInputException(
                    "hook lies behind the norm after the module, where no site is: site=%s, reconstructs=%s, model_type=%s, format=%s"
                            .formatted(
                                    config.site(),
                                    config.reconstructs(),
                                    sites.family(),
                                    format.text()));
        }
    }

    /**
     * Checks that a dictionary fits a model's sites, and returns the longest context that the model
     * takes, in tokens.
     *
     * @param format what its files were, unless they were exported here
     * @param languageModel the URI of the model's folder
     * @param type what the model computes in
     * @throws UnusableInputException when the model has no such site, or another width there
     * @throws org.lexicographer.languagemodel.folder.InvalidModelException when it cannot be read
     */
    public int check(
            Dictionary dictionary,
            DictionaryConfig config,
            Optional<FolderFormat> format,
            String languageModel,
            ComputeType type) {
        try (LanguageModels.Lease<LanguageModel> lease = models.lease(languageModel, type)) {
            new SplicedDictionary(dictionary, config.site(), config.reconstructs())
                    .checkFits(lease.model());
            format.ifPresent(it -> checkHooks(it, config, lease.model().sites()));
            return lease.model().contextLimit();
        }
    }
}
