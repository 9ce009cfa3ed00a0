package org.lexicographer.dictionary.config;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Weight;
import org.lexicographer.dictionary.architecture.DictionaryWeights;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.safetensors.SafetensorsException;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.SafetensorsType;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorEntry;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.pipeline.schema.JsonSchema;
import org.lexicographer.pipeline.stored.StoredDictionary;

/**
 * How a dictionary lies on disk: two files in one folder, or two objects under one prefix.
 *
 * <pre>
 *   config.json               {@link DictionaryConfig}, UTF-8 JSON
 *   dictionary.safetensors    float32, row-major; the names are the field's:
 *                               W_enc (D, F)  W_dec (F, Dout)  b_dec (Dout), and
 *                               b_enc (F)                      all but gated
 *                               r_mag (F)  b_gate (F)  b_mag (F)    gated
 *                               threshold (F)                       jumpReLU
 *                             no tensors for the architectures identity and zero
 * </pre>
 *
 * Reading checks everything that encode and decode rely on: version, architecture, names, types,
 * shapes, and that every value is finite.
 */
public final class DictionaryFormat {

    /** The version that is written, and the only one that is read. */
    public static final int VERSION = 1;

    /** The name of the file that holds the weights. */
    public static final String WEIGHTS_FILE = StoredDictionary.WEIGHTS_FILE;

    /** The name of the file that holds the {@link DictionaryConfig}. */
    public static final String CONFIG_FILE = StoredDictionary.CONFIG_FILE;

    private static final JsonSchema SCHEMA = JsonSchema.load("/schemas/dictionary-config.json");

    private DictionaryFormat() {}

    /** Returns the bytes of {@code config.json}. */
    public static byte[] config(DictionaryConfig config) {
        return Json.writePretty(config);
    }

    /** Returns {@code dictionary.safetensors}, ready to be written; it holds copies. */
    public static SafetensorsWriter weights(Dictionary dictionary) {
        SafetensorsWriter writer = new SafetensorsWriter();
        Map<String, Weight> weights = DictionaryWeights.of(dictionary);
        weights.forEach((name, weight) -> writer.addFloats(name, weight.shape(), weight.values()));
        if (weights.isEmpty()) {
            writer.metadata("architecture", dictionary.architecture().text());
        }
        return writer;
    }

    /** Writes both files into a folder, which must exist. */
    public static void write(Path folder, Dictionary dictionary, DictionaryConfig config)
            throws IOException {
        Files.write(folder.resolve(CONFIG_FILE), config(config));
        try (OutputStream out =
                new BufferedOutputStream(Files.newOutputStream(folder.resolve(WEIGHTS_FILE)))) {
            weights(dictionary).writeTo(out);
        }
    }

    /**
     * Reads the bytes of {@code config.json}.
     *
     * @throws DictionaryException naming every wrong field, or the version when it is unknown
     */
    public static DictionaryConfig readConfig(byte[] json) {
        try {
            JsonNode tree = Json.tree(json);
            checkVersion(tree);
            return SCHEMA.bind(tree, DictionaryConfig.class);
        } catch (InvalidFieldsException e) {
            throw new DictionaryException("dictionary config not valid: " + e.getMessage(), e);
        }
    }

    /** The version comes first: fields of a later version would all look wrong. */
    private static void checkVersion(JsonNode tree) {
        JsonNode version = tree.path("formatVersion");
        if (!version.isNumber() || version.doubleValue() != VERSION) {
            throw new DictionaryException(
                    "unknown version of the dictionary format: expected=%d, found=%s"
                            .formatted(VERSION, version));
        }
    }

    /**
     * Reads a dictionary from the bytes of its two files; its arrays belong to the manager and are
     * on the manager's device.
     *
     * @throws DictionaryException when anything in them is not as the format says
     */
    public static Dictionary read(NDManager manager, byte[] config, byte[] weights) {
        try (TensorSource tensors = SafetensorsFile.read(weights)) {
            return read(manager, readConfig(config), tensors);
        } catch (SafetensorsException e) {
            throw notValid(e);
        }
    }

    /**
     * Reads a dictionary from a folder; its arrays belong to the manager and are on the manager's
     * device.
     *
     * @throws IOException when a file is missing or cannot be read
     * @throws DictionaryException when anything in them is not as the format says
     */
    public static Dictionary read(NDManager manager, Path folder) throws IOException {
        DictionaryConfig config = readConfig(Files.readAllBytes(folder.resolve(CONFIG_FILE)));
        try (TensorSource tensors = SafetensorsFile.open(folder.resolve(WEIGHTS_FILE))) {
            return read(manager, config, tensors);
        } catch (SafetensorsException e) {
            throw notValid(e);
        }
    }

    private static DictionaryException notValid(SafetensorsException e) {
        return new DictionaryException("dictionary weights not valid: " + e.getMessage(), e);
    }

    /**
     * Reads a dictionary from its tensors; its arrays belong to the manager and are on the
     * manager's device.
     *
     * @throws DictionaryException when they are not as the config says
     */
    public static Dictionary read(
            NDManager manager, DictionaryConfig config, TensorSource tensors) {
        Map<String, Weight> weights = new LinkedHashMap<>();
        for (String name : tensors.names()) {
            if (DictionaryWeights.NAMES.contains(name)) {
                weights.put(name, weight(tensors, name));
            }
        }
        return DictionaryWeights.assemble(manager, config.shape(), weights);
    }

    private static Weight weight(TensorSource tensors, String name) {
        TensorEntry entry = tensors.entry(name);
        if (entry.type() != SafetensorsType.F32) {
            throw new DictionaryException(
                    "tensor type mismatch: expected=F32, found=%s, tensor=%s"
                            .formatted(entry.type(), name));
        }
        return new Weight(entry.shape(), tensors.floats(name));
    }
}
