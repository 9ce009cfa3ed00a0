package org.lexicographer.eval.evaluator;

import static java.util.Objects.requireNonNull;

import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.pipeline.Site;

/**
 * A dictionary and where in the language model it is put.
 *
 * @param dictionary what encodes and decodes
 * @param input the site that it reads
 * @param target the site whose activations it reconstructs; the same for an autoencoder
 */
public record SplicedDictionary(Dictionary dictionary, Site input, Site target) {

    public SplicedDictionary {
        requireNonNull(dictionary, "dictionary is null");
        requireNonNull(input, "input is null");
        requireNonNull(target, "target is null");
    }

    /**
     * Checks that the dictionary fits the model's sites.
     *
     * @throws UnusableInputException when a site does not exist or has another width
     */
    public void checkFits(LanguageModel model) {
        checkWidth(model, input, dictionary.inputDim());
        checkWidth(model, target, dictionary.outputDim());
    }

    private static void checkWidth(LanguageModel model, Site site, int found) {
        int expected = width(model, site);
        if (found != expected) {
            throw new UnusableInputException(
                    "activation width mismatch: expected=%d, found=%d, site=%s"
                            .formatted(expected, found, site));
        }
    }

    private static int width(LanguageModel model, Site site) {
        try {
            return model.activationDim(site);
        } catch (IllegalArgumentException e) {
            throw new UnusableInputException(e.getMessage(), e);
        }
    }
}
