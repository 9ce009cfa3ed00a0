package org.lexicographer.eval.store;

import ai.djl.ndarray.NDManager;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.config.DictionaryFormat;
import org.lexicographer.eval.evaluator.SplicedDictionary;
import org.lexicographer.eval.evaluator.UnusableInputException;

/**
 * The two files of one checkpoint of a dictionary, as they were stored.
 *
 * @param prefix where they lie
 * @param config the bytes of {@code config.json}
 * @param weights the bytes of {@code dictionary.safetensors}
 */
public record DictionaryFiles(String prefix, byte[] config, byte[] weights) {

    /**
     * Reads what kind of dictionary it is.
     *
     * @throws UnusableInputException when the config is not valid
     */
    public DictionaryConfig readConfig() {
        try {
            return DictionaryFormat.readConfig(config);
        } catch (DictionaryException e) {
            throw unusable(e);
        }
    }

    /**
     * Loads the dictionary onto the manager's device; its arrays belong to the manager.
     *
     * @throws UnusableInputException when anything in the files is not as their format says
     */
    public Dictionary load(NDManager manager) {
        try {
            return DictionaryFormat.read(manager, config, weights);
        } catch (DictionaryException e) {
            throw unusable(e);
        }
    }

    /**
     * Loads the dictionary as {@link #load} does, with the sites that its config names.
     *
     * @throws UnusableInputException when anything in the files is not as their format says
     */
    public SplicedDictionary splice(NDManager manager) {
        DictionaryConfig sites = readConfig();
        return new SplicedDictionary(load(manager), sites.site(), sites.reconstructs());
    }

    private UnusableInputException unusable(DictionaryException e) {
        return new UnusableInputException(e.getMessage() + ", prefix=" + prefix, e);
    }
}
