package org.lexicographer.dictionary.exchange;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Weight;
import org.lexicographer.dictionary.architecture.DictionaryShape;
import org.lexicographer.dictionary.architecture.DictionaryWeights;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.config.DictionaryFormat;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.Site;

/** Our own config inside the config of another tool. */
final class OwnConfig {

    /** The key, which no tool uses. */
    static final String KEY = "lexicographer";

    private OwnConfig() {}

    static JsonNode write(DictionaryConfig config) {
        return Json.toTree(config);
    }

    /** Returns the one in an object, if there is one. */
    static Optional<DictionaryConfig> read(JsonNode object) {
        return object.hasNonNull(KEY)
                ? Optional.of(DictionaryFormat.readConfig(Json.write(object.get(KEY))))
                : Optional.empty();
    }

    /**
     * Returns what a file in a format says: all that the file said that the dictionary was imported
     * from, if that had the same format, with everything that is known here on top.
     */
    static byte[] over(String format, DictionaryConfig config, ObjectNode known) {
        JsonNode tree =
                config.imported()
                        .filter(origin -> origin.format().equals(format))
                        .filter(origin -> origin.config().isObject())
                        .map(origin -> merged((ObjectNode) origin.config().deepCopy(), known))
                        .orElse(known);
        return Json.writePretty(tree);
    }

    /** Puts one object on another; what is not known on top stays as it is below. */
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

    /** Returns the bytes of a file that must be there. */
    static byte[] bytes(String file, ByteBuffer content) {
        if (content == null) {
            throw new DictionaryException("file missing: expected=" + file);
        }
        byte[] bytes = new byte[content.remaining()];
        content.duplicate().get(bytes);
        return bytes;
    }

    /** Takes ours out of an object, or of the objects in it. */
    static JsonNode without(JsonNode object) {
        ((ObjectNode) object).remove(KEY);
        for (JsonNode inner : object) {
            if (inner instanceof ObjectNode node) {
                node.remove(KEY);
            }
        }
        return object;
    }

    /** Reads a JSON object of another tool. */
    static JsonNode object(String file, ByteBuffer json) {
        try {
            JsonNode tree = Json.tree(bytes(file, json));
            if (tree.isObject()) {
                return tree;
            }
            throw new DictionaryException("not a JSON object: file=" + file);
        } catch (InvalidFieldsException e) {
            throw new DictionaryException("not JSON: file=%s, %s".formatted(file, e), e);
        }
    }

    /**
     * Builds the dictionary; our own config, where there is one, says where it belongs.
     *
     * @throws DictionaryException when our own config describes another dictionary
     */
    static LoadedDictionary assemble(
            NDManager manager,
            DictionaryShape shape,
            Map<String, Weight> weights,
            Optional<DictionaryConfig> own,
            Sites sites) {
        own.ifPresent(config -> checkSame(config.shape(), shape));
        Dictionary dictionary = DictionaryWeights.assemble(manager, shape, weights);
        return own.map(config -> LoadedDictionary.of(dictionary, config))
                .orElseGet(
                        () -> LoadedDictionary.of(dictionary, sites.site(), sites.reconstructs()));
    }

    private static void checkSame(DictionaryShape expected, DictionaryShape found) {
        if (!expected.equals(found)) {
            throw new DictionaryException(
                    "key lexicographer describes another dictionary: expected=%s, found=%s"
                            .formatted(expected, found));
        }
    }

    /**
     * What a foreign config says of the sites.
     *
     * @param site where the dictionary reads, if it is one of ours
     * @param reconstructs where what it reconstructs belongs, if it is one of ours
     */
    record Sites(Optional<Site> site, Optional<Site> reconstructs) {}
}
