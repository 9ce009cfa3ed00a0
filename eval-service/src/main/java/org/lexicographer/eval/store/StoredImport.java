package org.lexicographer.eval.store;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.config.DictionaryFormat;
import org.lexicographer.pipeline.Json;

/**
 * Which import is the dictionary of a name: all that is needed to complete it once its weights are
 * stored.
 *
 * @param step the training step under which it is stored
 * @param config its config
 */
record StoredImport(long step, JsonNode config) {

    StoredImport {
        requireNonNull(config, "config is null");
    }

    /** The config as it reads when it comes back from the store, with the same types of numbers. */
    static StoredImport of(long step, DictionaryConfig config) {
        return new StoredImport(step, Json.tree(DictionaryFormat.config(config)));
    }

    byte[] configFile() {
        return Json.writePretty(config);
    }
}
