package org.lexicographer.dictionary;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.safetensors.SafetensorsException;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.SafetensorsType;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorEntry;
import org.lexicographer.pipeline.safetensors.TensorSource;

/**
 * How a dictionary lies on disk: two files in one folder, or two objects under one prefix.
 *
 * <pre>
 *   config.json               {@link DictionaryConfig}, UTF-8 JSON
 *   dictionary.safetensors    float32, row-major; the names are the field's:
 *                               W_enc (D, F)     b_enc (F)
 *                               W_dec (F, Dout)  b_dec (Dout)
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
    public static final String WEIGHTS_FILE = "dictionary.safetensors";

    /** The name of the file that holds the {@link DictionaryConfig}. */
    public static final String CONFIG_FILE = "config.json";

    private static final String ENCODER_WEIGHT = "W_enc";
    private static final String ENCODER_BIAS = "b_enc";
    private static final String DECODER_WEIGHT = "W_dec";
    private static final String DECODER_BIAS = "b_dec";

    private DictionaryFormat() {}

    /** Returns the bytes of {@code config.json}. */
    public static byte[] config(DictionaryConfig config) {
        return Json.writePretty(config);
    }

    /** Returns {@code dictionary.safetensors}, ready to be written; it holds copies. */
    public static SafetensorsWriter weights(Dictionary dictionary) {
        SafetensorsWriter writer = new SafetensorsWriter();
        switch (dictionary) {
            case StandardDictionary standard -> {
                add(writer, ENCODER_WEIGHT, standard.encoderWeight());
                add(writer, ENCODER_BIAS, standard.encoderBias());
                add(writer, DECODER_WEIGHT, standard.decoderWeight());
                add(writer, DECODER_BIAS, standard.decoderBias());
            }
            case IdentityDictionary identity -> writer.metadata("architecture", "identity");
            case ZeroDictionary zero -> writer.metadata("architecture", "zero");
        }
        return writer;
    }

    private static void add(SafetensorsWriter writer, String name, NDArray array) {
        List<Long> shape = Arrays.stream(array.getShape().getShape()).boxed().toList();
        writer.addFloats(name, shape, array.toFloatArray());
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
        return DictionaryConfigJson.read(json);
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

    private static Dictionary read(
            NDManager manager, DictionaryConfig config, TensorSource tensors) {
        return switch (config.architecture()) {
            case STANDARD -> standard(manager, config, tensors);
            case IDENTITY -> identity(config, tensors);
            case ZERO -> zero(config, tensors);
        };
    }

    private static Dictionary standard(
            NDManager manager, DictionaryConfig config, TensorSource tensors) {
        checkNames(tensors, Set.of(ENCODER_WEIGHT, ENCODER_BIAS, DECODER_WEIGHT, DECODER_BIAS));
        checkWidths(config, config.subtractDecoderBias());
        Shape encoder = new Shape(config.inputDim(), config.dictionarySize());
        Shape latent = new Shape(config.dictionarySize());
        Shape decoder = new Shape(config.dictionarySize(), config.outputDim());
        Shape output = new Shape(config.outputDim());
        // All are read and checked before any native memory is taken.
        float[] encoderWeight = values(tensors, ENCODER_WEIGHT, encoder);
        float[] encoderBias = values(tensors, ENCODER_BIAS, latent);
        float[] decoderWeight = values(tensors, DECODER_WEIGHT, decoder);
        float[] decoderBias = values(tensors, DECODER_BIAS, output);
        return new StandardDictionary(
                manager.create(encoderWeight, encoder), // (D, F)
                manager.create(encoderBias, latent), // (F)
                manager.create(decoderWeight, decoder), // (F, Dout)
                manager.create(decoderBias, output), // (Dout)
                config.subtractDecoderBias());
    }

    private static float[] values(TensorSource tensors, String name, Shape expected) {
        TensorEntry entry = tensors.entry(name);
        List<Long> shape = Arrays.stream(expected.getShape()).boxed().toList();
        if (entry.type() != SafetensorsType.F32 || !entry.shape().equals(shape)) {
            throw new DictionaryException(
                    "tensor mismatch: expected=F32 %s, found=%s %s, tensor=%s"
                            .formatted(shape, entry.type(), entry.shape(), name));
        }
        float[] values = tensors.floats(name);
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new DictionaryException(
                        "weight not finite: tensor=%s, index=%d, found=%s"
                                .formatted(name, i, values[i]));
            }
        }
        return values;
    }

    private static Dictionary identity(DictionaryConfig config, TensorSource tensors) {
        checkNames(tensors, Set.of());
        checkWidths(config, true);
        if (config.dictionarySize() != config.inputDim()) {
            throw new DictionaryException(
                    "the identity has one latent per dimension: inputDim=%d, dictionarySize=%d"
                            .formatted(config.inputDim(), config.dictionarySize()));
        }
        return new IdentityDictionary(config.inputDim());
    }

    private static Dictionary zero(DictionaryConfig config, TensorSource tensors) {
        checkNames(tensors, Set.of());
        return new ZeroDictionary(config.inputDim(), config.outputDim(), config.dictionarySize());
    }

    private static void checkWidths(DictionaryConfig config, boolean mustBeEqual) {
        if (mustBeEqual && config.inputDim() != config.outputDim()) {
            throw new DictionaryException(
                    "widths must be equal: inputDim=%d, outputDim=%d, architecture=%s, subtractDecoderBias=%s"
                            .formatted(
                                    config.inputDim(),
                                    config.outputDim(),
                                    config.architecture().text(),
                                    config.subtractDecoderBias()));
        }
    }

    private static void checkNames(TensorSource tensors, Set<String> expected) {
        if (!tensors.names().equals(expected)) {
            throw new DictionaryException(
                    "tensor names mismatch: expected=%s, found=%s"
                            .formatted(new TreeSet<>(expected), tensors.names()));
        }
    }
}
