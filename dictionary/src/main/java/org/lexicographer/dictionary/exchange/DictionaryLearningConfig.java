package org.lexicographer.dictionary.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.architecture.DictionaryShape;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.config.Imported;
import org.lexicographer.pipeline.Site;

/** The {@code config.json} of dictionary_learning; all of it may be missing. */
final class DictionaryLearningConfig {

    private static final String FILE = "config.json";
    private static final String TRAINER = "trainer";
    private static final String BUFFER = "buffer";
    private static final String LAYER = "layer";
    private static final String SUBMODULE = "submodule_name";
    private static final String IO = "io";
    private static final String OUT = "out";
    private static final String IN_AND_OUT = "in_and_out";

    /** What its trainers are called, by the type of our recipes. */
    private static final Map<String, String> TRAINERS =
            Map.of(
                    "standard", "StandardTrainer",
                    "standardApril", "StandardTrainerAprilUpdate",
                    "pAnneal", "PAnnealTrainer",
                    "gated", "GatedSAETrainer",
                    "gatedAnneal", "GatedAnnealTrainer");

    private final JsonNode tree;
    private final JsonNode trainer;

    private DictionaryLearningConfig(JsonNode tree) {
        this.tree = tree;
        this.trainer = tree.path(TRAINER);
    }

    /** Reads the file, or takes null for a missing one. */
    static DictionaryLearningConfig read(ByteBuffer json) {
        return new DictionaryLearningConfig(
                json == null
                        ? JsonNodeFactory.instance.objectNode()
                        : OwnConfig.object(FILE, json));
    }

    Optional<DictionaryConfig> own() {
        return OwnConfig.read(tree);
    }

    Optional<DictionaryClass> dictionaryClass() {
        return text(trainer.path("dict_class")).map(DictionaryClass::named);
    }

    Optional<Integer> k() {
        return integer("k");
    }

    void checkSizes(DictionaryShape shape) {
        check("activation_dim", shape.inputDim());
        check("dict_size", shape.dictionarySize());
    }

    private void check(String field, int expected) {
        Optional<Integer> found = integer(field);
        if (found.isPresent() && found.get() != expected) {
            throw new DictionaryException(
                    "size mismatch: tensors=%d, %s=%d".formatted(expected, field, found.get()));
        }
    }

    private Optional<Integer> integer(String field) {
        JsonNode node = trainer.path(field);
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        if (!node.isInt()) {
            throw new DictionaryException(
                    "not a whole number: field=trainer.%s, found=%s".formatted(field, node));
        }
        return Optional.of(node.intValue());
    }

    private static Optional<String> text(JsonNode node) {
        return node.isTextual() ? Optional.of(node.textValue()) : Optional.empty();
    }

    /** Returns the sites, where the names are those that its scripts give. */
    OwnConfig.Sites sites() {
        JsonNode layer = trainer.path(LAYER);
        Optional<String> submodule = text(trainer.path(SUBMODULE));
        if (!layer.isInt() || submodule.isEmpty()) {
            return new OwnConfig.Sites(Optional.empty(), Optional.empty());
        }
        String io = text(tree.path(BUFFER).path(IO)).orElse(OUT);
        if (submodule.get().equals("mlp") && io.equals(IN_AND_OUT)) {
            return new OwnConfig.Sites(
                    site(layer.intValue(), Site.Kind.MLP_IN),
                    site(layer.intValue(), Site.Kind.MLP_OUT));
        }
        Optional<Site> site =
                kind(submodule.get(), io).flatMap(kind -> site(layer.intValue(), kind));
        return new OwnConfig.Sites(site, site);
    }

    private static Optional<Site> site(int layer, Site.Kind kind) {
        boolean exists = layer >= 0 && (kind != Site.Kind.EMBED || layer == 0);
        return exists ? Optional.of(new Site(layer, kind)) : Optional.empty();
    }

    private static Optional<Site.Kind> kind(String submodule, String io) {
        boolean out = io.equals(OUT);
        if (submodule.equals("mlp")) {
            return Optional.of(out ? Site.Kind.MLP_OUT : Site.Kind.MLP_IN);
        }
        if (submodule.startsWith("resid_post_layer_")) {
            return Optional.of(Site.Kind.RESID_POST);
        }
        if (submodule.startsWith("resid_pre_layer_")) {
            return Optional.of(Site.Kind.RESID_PRE);
        }
        return switch (submodule) {
            case "attention", "attn" -> out ? Optional.of(Site.Kind.ATTN_OUT) : Optional.empty();
            case "embed" -> out ? Optional.of(Site.Kind.EMBED) : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** Returns the bytes of a file. */
    static byte[] write(DictionaryClass type, DictionaryConfig config) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        ObjectNode trainer = tree.putObject(TRAINER);
        trainer.put("trainer_class", trainerName(type, config));
        trainer.put("dict_class", type.className());
        trainer.put("activation_dim", config.inputDim());
        trainer.put("dict_size", config.dictionarySize());
        config.activeLatents().ifPresent(latents -> trainer.put("k", latents.k()));
        config.lineage()
                .ifPresent(
                        lineage -> {
                            trainer.put("lm_name", lineage.languageModel());
                            trainer.put("steps", lineage.steps());
                            trainer.put("seed", lineage.seeds().recipe());
                        });
        trainer.put("device", "cpu");
        trainer.put(LAYER, config.site().layer());
        trainer.put(SUBMODULE, submodule(config.site()));
        io(config).ifPresent(io -> putBuffer(tree, config, io));
        tree.set(OwnConfig.KEY, OwnConfig.write(config));
        return OwnConfig.over(FolderFormat.DICTIONARY_LEARNING.text(), config, tree);
    }

    private static String trainerName(DictionaryClass type, DictionaryConfig config) {
        return config.lineage()
                .map(lineage -> TRAINERS.get(lineage.recipe().path("type").asText()))
                .or(() -> config.imported().flatMap(origin -> trainerName(type, origin)))
                .orElse(type.trainerName());
    }

    /** Several trainers make dictionaries of one class; a config of the tool knows better. */
    private static Optional<String> trainerName(DictionaryClass type, Imported origin) {
        JsonNode trainer = origin.config().path(TRAINER);
        return text(trainer.path("dict_class")).filter(type.className()::equals).isPresent()
                ? text(trainer.path("trainer_class"))
                : Optional.empty();
    }

    private static String submodule(Site site) {
        return switch (site.kind()) {
            case EMBED -> "embed";
            case RESID_PRE -> "resid_pre_layer_" + site.layer();
            case ATTN_OUT -> "attention";
            case MLP_IN, MLP_OUT -> "mlp";
            case RESID_POST -> "resid_post_layer_" + site.layer();
        };
    }

    /** Returns which side of the submodule is read, where there is a word for it. */
    private static Optional<String> io(DictionaryConfig config) {
        Site site = config.site();
        if (config.reconstructs().equals(site)) {
            return Optional.of(site.kind() == Site.Kind.MLP_IN ? "in" : OUT);
        }
        boolean stretches =
                site.kind() == Site.Kind.MLP_IN
                        && config.reconstructs().equals(new Site(site.layer(), Site.Kind.MLP_OUT));
        return stretches ? Optional.of(IN_AND_OUT) : Optional.empty();
    }

    private static void putBuffer(ObjectNode tree, DictionaryConfig config, String io) {
        ObjectNode buffer = tree.putObject(BUFFER);
        buffer.put("d_submodule", config.inputDim());
        buffer.put(IO, io);
    }
}
