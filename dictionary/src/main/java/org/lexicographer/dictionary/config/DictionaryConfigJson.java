package org.lexicographer.dictionary.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.lexicographer.dictionary.ActiveLatents;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Normalization;
import org.lexicographer.dictionary.config.Lineage.Stopped;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.JsonFields;
import org.lexicographer.pipeline.Site;

/** Reads {@code config.json}, naming every wrong field at once. */
final class DictionaryConfigJson {

    private static final String LINEAGE = "lineage";
    private static final String RECIPE = "recipe";
    private static final String IMPORTED = "imported";
    private static final String CONFIG = "config";
    private static final String TRAINING = "training";
    private static final String ACTIVE_LATENTS = "activeLatents";
    private static final String GROUP_SIZES = "groupSizes";
    private static final int MANY = Integer.MAX_VALUE;
    private static final Site NO_SITE = new Site(0, Site.Kind.EMBED);

    private DictionaryConfigJson() {}

    static DictionaryConfig read(byte[] json) {
        try {
            JsonNode tree = Json.tree(json);
            checkVersion(tree);
            return config(tree);
        } catch (InvalidFieldsException e) {
            throw new DictionaryException("dictionary config not valid: " + e.getMessage(), e);
        }
    }

    /** The version comes first: fields of a later version would all look wrong. */
    private static void checkVersion(JsonNode tree) {
        JsonNode version = tree.path("formatVersion");
        if (!version.isNumber() || version.doubleValue() != DictionaryFormat.VERSION) {
            throw new DictionaryException(
                    "unknown version of the dictionary format: expected=%d, found=%s"
                            .formatted(DictionaryFormat.VERSION, version));
        }
    }

    private static DictionaryConfig config(JsonNode tree) {
        // What is written as in the run spec has fields that readers of dictionaries need not know.
        JsonNode recipe = take(tree, LINEAGE, RECIPE);
        JsonNode foreign = take(tree, IMPORTED, CONFIG);
        JsonNode training = take(tree, LINEAGE, TRAINING);
        JsonNode groupSizes = take(tree, ACTIVE_LATENTS, GROUP_SIZES);
        JsonFields fields = JsonFields.of(tree);
        DictionaryConfig config =
                new DictionaryConfig(
                        (int) fields.integer("formatVersion", 1, MANY),
                        fields.text("architecture", Architecture.ZERO, Architecture::parse),
                        (int) fields.integer("inputDim", 1, MANY),
                        (int) fields.integer("outputDim", 1, MANY),
                        (int) fields.integer("dictionarySize", 1, MANY),
                        fields.text("dtype", "", DictionaryConfigJson::dtype),
                        fields.bool("subtractDecoderBias", false),
                        fields.optionalNested(
                                ACTIVE_LATENTS, latents -> activeLatents(latents, groupSizes)),
                        fields.text("site", NO_SITE, Site::parse),
                        fields.text("reconstructs", NO_SITE, Site::parse),
                        normalization(fields),
                        fields.optionalNested(
                                LINEAGE, lineage -> lineage(lineage, recipe, training)),
                        fields.optionalNested(IMPORTED, origin -> imported(origin, foreign)));
        fields.check();
        return config;
    }

    /** Takes a field out of an object of the document; missing ones read as null. */
    private static JsonNode take(JsonNode tree, String object, String field) {
        return tree.path(object) instanceof ObjectNode node && node.has(field)
                ? node.remove(field)
                : NullNode.getInstance();
    }

    private static ActiveLatents activeLatents(JsonFields fields, JsonNode groupSizes) {
        return new ActiveLatents(
                (int) fields.integer("k", 1, MANY),
                (float) threshold(fields),
                fields.bool("useThreshold", false),
                groupSizes(fields, groupSizes));
    }

    private static double threshold(JsonFields fields) {
        double threshold = fields.number("threshold", -Float.MAX_VALUE);
        return Math.clamp(threshold, -Float.MAX_VALUE, Float.MAX_VALUE);
    }

    private static List<Integer> groupSizes(JsonFields fields, JsonNode groupSizes) {
        List<Integer> sizes = new ArrayList<>();
        for (JsonNode size : groupSizes) {
            if (size.isNumber() && size.doubleValue() == size.intValue() && size.intValue() > 0) {
                sizes.add(size.intValue());
            } else {
                fields.error(GROUP_SIZES, "not a positive whole number: found=" + size);
            }
        }
        return sizes;
    }

    private static String dtype(String text) {
        if (!text.equals(DictionaryConfig.FLOAT32)) {
            throw new IllegalArgumentException(
                    "unknown type: expected=%s, found=%s"
                            .formatted(DictionaryConfig.FLOAT32, text));
        }
        return text;
    }

    private static Optional<Normalization> normalization(JsonFields fields) {
        return fields.optionalNested(
                "normalization",
                scales -> new Normalization(scale(scales, "input"), scale(scales, "target")));
    }

    private static double scale(JsonFields fields, String field) {
        double scale = fields.number(field, Float.MIN_NORMAL);
        return Double.isFinite(scale) && scale > 0 ? scale : 1;
    }

    private static Lineage lineage(JsonFields fields, JsonNode recipe, JsonNode training) {
        if (!recipe.isObject()) {
            fields.error(RECIPE, "not an object: found=" + recipe.getNodeType());
        }
        return new Lineage(
                fields.text("run", "", Function.identity()),
                fields.text("languageModel", "", Function.identity()),
                fields.optionalText("revision", Function.identity()),
                fields.texts("datasetShards", Function.identity()),
                fields.integer("tokens", 0, Long.MAX_VALUE),
                fields.integer("steps", 0, Long.MAX_VALUE),
                fields.nested("seeds", DictionaryConfigJson::seeds),
                fields.text("codeVersion", "", Function.identity()),
                recipe,
                Optional.of(training).filter(JsonNode::isObject),
                fields.optionalNested("stopped", DictionaryConfigJson::stopped));
    }

    private static Stopped stopped(JsonFields fields) {
        return new Stopped(
                fields.text("reason", Stopped.Reason.DIVERGED, Stopped.Reason::parse),
                fields.integer("step", 0, Long.MAX_VALUE),
                fields.text("message", "", Function.identity()));
    }

    private static Imported imported(JsonFields fields, JsonNode config) {
        if (!config.isObject()) {
            fields.error(CONFIG, "not an object: found=" + config.getNodeType());
        }
        return new Imported(
                fields.text("format", "", Function.identity()),
                fields.text("languageModel", "", Function.identity()),
                fields.optionalText("revision", Function.identity()),
                Math.clamp(fields.integer("contextLength", 2, MANY), 2, MANY),
                config);
    }

    private static Lineage.Seeds seeds(JsonFields fields) {
        return new Lineage.Seeds(
                fields.integer("shuffle", Long.MIN_VALUE, Long.MAX_VALUE),
                fields.integer(RECIPE, Long.MIN_VALUE, Long.MAX_VALUE));
    }
}
