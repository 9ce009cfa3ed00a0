package org.lexicographer.dictionary.exchange.dictionarylearning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.architecture.DictionaryShape;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.config.Imported;
import org.lexicographer.dictionary.exchange.folder.LexicographerConfig;
import org.lexicographer.dictionary.exchange.folder.Placement;
import org.lexicographer.dictionary.exchange.folder.Placement.Stated;
import org.lexicographer.dictionary.exchange.folder.Placement.Task;
import org.lexicographer.dictionary.exchange.folder.ToolJson;
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

    /** A folder for each trainer lies in one for each module, and may hold its checkpoints. */
    private static final int FOLDERS_NAMED = 3;

    /** The names of its trainers by our recipe types. */
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

    /** Reads the file, which may be missing. */
    static DictionaryLearningConfig read(Optional<ByteBuffer> json) {
        return new DictionaryLearningConfig(
                json.map(bytes -> ToolJson.object(FILE, bytes))
                        .orElseGet(JsonNodeFactory.instance::objectNode));
    }

    Optional<DictionaryConfig> own() {
        return LexicographerConfig.read(tree);
    }

    Optional<DictionaryLearningClass> dictionaryClass() {
        return ToolJson.text(trainer, "dict_class").map(DictionaryLearningClass::named);
    }

    Optional<Integer> k() {
        return ToolJson.integer(trainer, "k");
    }

    void checkSizes(DictionaryShape shape) {
        check("activation_dim", shape.inputDim());
        check("dict_size", shape.dictionarySize());
    }

    private void check(String field, int expected) {
        Optional<Integer> found = ToolJson.integer(trainer, field);
        if (found.isPresent() && found.get() != expected) {
            throw new DictionaryException(
                    "size mismatch: tensors=%d, %s=%d".formatted(expected, field, found.get()));
        }
    }

    /**
     * Returns where the files say that the dictionary belongs, the config first, then the name of
     * the folder, as {@code mlp_out_layer1/10_32768}.
     */
    Placement placement(String path) {
        if (own().filter(DictionaryLearningConfig::hasNoWord).isPresent()) {
            return Placement.UNSAID;
        }
        Optional<Integer> layer = ToolJson.integer(trainer, LAYER);
        Optional<String> submodule =
                ToolJson.text(trainer, SUBMODULE).filter(name -> !name.isEmpty());
        String io = ToolJson.text(tree.path(BUFFER), IO).orElse(OUT);
        if (submodule.isPresent()) {
            return Submodule.placement(submodule.get(), layer, io);
        }
        if (layer.isPresent()) {
            Stated stated = Stated.of(layer.get());
            return new Placement(stated, Stated.NOTHING, Task.UNSAID);
        }
        return fromFolder(path);
    }

    private static Placement fromFolder(String path) {
        List<String> segments = List.of(path.split("/"));
        return segments.reversed().stream()
                .limit(FOLDERS_NAMED)
                .flatMap(name -> Submodule.find(name).stream())
                .filter(Submodule::isWhole)
                .findFirst()
                .map(Submodule::output)
                .orElse(Placement.UNSAID);
    }

    /** The tool cannot express most transcoders, so its own fields then name another place. */
    private static boolean hasNoWord(DictionaryConfig own) {
        return io(own).isEmpty();
    }

    /** Returns the bytes of a file. */
    static byte[] write(DictionaryLearningClass type, DictionaryConfig config) {
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
        tree.set(LexicographerConfig.KEY, LexicographerConfig.write(config));
        return LexicographerConfig.over(DictionaryLearningFormat.NAME, config, tree);
    }

    private static String trainerName(DictionaryLearningClass type, DictionaryConfig config) {
        return config.lineage()
                .map(lineage -> TRAINERS.get(lineage.recipe().path("type").asText()))
                .or(() -> config.imported().flatMap(origin -> trainerName(type, origin)))
                .orElse(type.trainerName());
    }

    /** Several trainers make dictionaries of one class; a config that the tool wrote says which. */
    private static Optional<String> trainerName(DictionaryLearningClass type, Imported origin) {
        JsonNode trainer = origin.config().path(TRAINER);
        return trainer.path("dict_class").asText().equals(type.className())
                ? ToolJson.text(trainer, "trainer_class")
                : Optional.empty();
    }

    private static String submodule(Site site) {
        return switch (site.kind()) {
            case EMBED -> "embed";
            case RESID_PRE -> "resid_pre_layer_" + site.layer();
            case ATTN_Z -> "attn_z_layer_" + site.layer();
            case ATTN_OUT -> "attention";
            case RESID_MID -> "resid_mid_layer_" + site.layer();
            case MLP_IN, MLP_OUT -> "mlp";
            case MLP_HIDDEN -> "mlp_hidden_layer_" + site.layer();
            case RESID_POST -> "resid_post_layer_" + site.layer();
        };
    }

    /** Returns which side of the submodule is read, where the tool can express it. */
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
