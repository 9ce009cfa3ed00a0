package org.lexicographer.dictionary.exchange.folder;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Weight;
import org.lexicographer.dictionary.architecture.DictionaryShape;
import org.lexicographer.dictionary.architecture.DictionaryWeights;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.config.DictionaryFormat;
import org.lexicographer.pipeline.Json;

/** Our own config inside the config of another tool. */
public final class LexicographerConfig {

    /** The key, which no tool uses. */
    public static final String KEY = "lexicographer";

    private LexicographerConfig() {}

    /** Returns the value that is written under {@link #KEY}. */
    public static JsonNode write(DictionaryConfig config) {
        return Json.toTree(config);
    }

    /** Returns our config from a tool's config, if it is there. */
    public static Optional<DictionaryConfig> read(JsonNode object) {
        return object.hasNonNull(KEY)
                ? Optional.of(DictionaryFormat.readConfig(Json.write(object.get(KEY))))
                : Optional.empty();
    }

    /**
     * Returns the bytes of a tool's config file: the known fields, and, where the dictionary was
     * imported in the same format, every other field of the file that it came with.
     */
    public static byte[] over(String format, DictionaryConfig config, ObjectNode known) {
        JsonNode tree =
                config.imported()
                        .filter(origin -> origin.format().equals(format))
                        .filter(origin -> origin.config().isObject())
                        .map(origin -> merged((ObjectNode) origin.config().deepCopy(), known))
                        .orElse(known);
        return Json.writePretty(tree);
    }

    /** Merges the top into the base, object by object; null on top replaces nothing. */
    private static ObjectNode merged(ObjectNode base, ObjectNode top) {
        for (Map.Entry<String, JsonNode> field : top.properties()) {
            JsonNode below = base.get(field.getKey());
            JsonNode above = field.getValue();
            if (below instanceof ObjectNode lower
                    && above instanceof ObjectNode upper
                    && !field.getKey().equals(KEY)) {
                merged(lower, upper);
            } else if (below == null || !above.isNull()) {
                base.set(field.getKey(), above);
            }
        }
        return base;
    }

    /** Removes our config from an object, or from the objects in it. */
    public static JsonNode without(JsonNode object) {
        ((ObjectNode) object).remove(KEY);
        for (JsonNode inner : object) {
            if (inner instanceof ObjectNode node) {
                node.remove(KEY);
            }
        }
        return object;
    }

    /** Returns where a dictionary belongs; our own config, where there is one, says it. */
    public static Placement placement(Optional<DictionaryConfig> own, Placement placement) {
        return own.map(config -> Placement.of(config.site(), config.reconstructs()))
                .orElse(placement);
    }

    /**
     * Builds the dictionary; our own config, where there is one, says where it belongs.
     *
     * @param placement where the dictionary belongs according to the tool's own fields
     * @throws DictionaryException when our own config describes another dictionary, or names
     *     another site than the tool's own fields
     */
    public static LoadedDictionary assemble(
            NDManager manager,
            DictionaryShape shape,
            Map<String, Weight> weights,
            Optional<DictionaryConfig> own,
            Placement placement) {
        own.ifPresent(config -> checkSame(config.shape(), shape));
        own.ifPresent(
                config -> placement.target(config.site(), Optional.of(config.reconstructs())));
        Dictionary dictionary = DictionaryWeights.assemble(manager, shape, weights);
        return own.map(config -> LoadedDictionary.of(dictionary, config))
                .orElseGet(() -> LoadedDictionary.of(dictionary, placement));
    }

    private static void checkSame(DictionaryShape expected, DictionaryShape found) {
        if (!expected.equals(found)) {
            throw new DictionaryException(
                    "key lexicographer describes another dictionary: expected=%s, found=%s"
                            .formatted(expected, found));
        }
    }
}
