package org.lexicographer.pipeline.stored;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lexicographer.pipeline.BrokenRuleException;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.ObjectKeys;

/**
 * A dictionary as it was after some step, and where it lies in the store. Its config is stored
 * last: a dictionary whose config is there is complete.
 *
 * @param id which dictionary
 * @param step the number of training steps it has had
 */
public record StoredDictionary(DictionaryId id, long step) {

    /** The name of the file that holds the weights. */
    public static final String WEIGHTS_FILE = "dictionary.safetensors";

    /** The name of the file that describes the dictionary. */
    public static final String CONFIG_FILE = "config.json";

    private static final Pattern CONFIG_KEY =
            Pattern.compile(
                    Pattern.quote(ObjectKeys.DICTIONARIES)
                            + "([^/]+/[^/]+/[^/]+)/([^/]+)/"
                            + Pattern.quote(CONFIG_FILE));

    /** Checks the components. */
    public StoredDictionary {
        requireNonNull(id, "id is null");
        if (step < 0) {
            throw new BrokenRuleException("step negative", "at least 0", step);
        }
    }

    /**
     * Returns the dictionary that a key is the config of; empty for every other key, as others may
     * keep objects under the same prefix.
     */
    public static Optional<StoredDictionary> ofConfigKey(String key) {
        Matcher matcher = CONFIG_KEY.matcher(key);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            DictionaryId id = DictionaryId.parse(matcher.group(1));
            OptionalLong step = ObjectKeys.parseStep(matcher.group(2));
            return step.isPresent()
                    ? Optional.of(new StoredDictionary(id, step.getAsLong()))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Returns the prefix of the dictionary's objects, ending in a slash. */
    public String prefix() {
        return ObjectKeys.dictionary(id, step);
    }
}
