package org.lexicographer.trainer.initial;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.Weight;
import org.lexicographer.dictionary.architecture.DictionaryShape;
import org.lexicographer.dictionary.architecture.DictionaryWeights;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.config.DictionaryFormat;
import org.lexicographer.dictionary.config.Imported;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.DictionaryReference;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.Site;

/** Standard dictionaries in a store, with random weights and columns of norm 1. */
public final class StoredStart {

    private StoredStart() {}

    /** Stores one of D times F as it is after the step that the reference names. */
    public static void put(ObjectStore objects, DictionaryReference pinned, int dim, int size) {
        put(objects, pinned, dim, size, Optional.empty());
    }

    static void putImport(ObjectStore objects, DictionaryReference pinned, int dim, int size) {
        put(objects, pinned, dim, size, Optional.of(imported()));
    }

    private static Imported imported() {
        return new Imported(
                "saelens",
                "s3://lexicographer/models/m/",
                Optional.empty(),
                16,
                JsonNodeFactory.instance.objectNode());
    }

    private static void put(
            ObjectStore objects,
            DictionaryReference pinned,
            int dim,
            int size,
            Optional<Imported> imported) {
        String prefix = ObjectKeys.dictionary(pinned.dictionary(), pinned.step().orElseThrow());
        Site site = pinned.dictionary().site();
        try (NDManager manager = NDManager.newBaseManager();
                Dictionary dictionary = dictionary(manager, dim, size)) {
            ByteArrayOutputStream weights = new ByteArrayOutputStream();
            DictionaryFormat.weights(dictionary).writeTo(weights);
            objects.put(prefix + DictionaryFormat.WEIGHTS_FILE, weights.toByteArray());
            DictionaryConfig config =
                    DictionaryConfig.of(dictionary, site, site, Optional.empty(), Optional.empty());
            objects.put(
                    prefix + DictionaryFormat.CONFIG_FILE,
                    DictionaryFormat.config(config.withImported(imported)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Dictionary dictionary(NDManager manager, int dim, int size) {
        Map<String, Weight> weights = weights(dim, size);
        DictionaryShape shape =
                DictionaryShape.fitting(Architecture.STANDARD, weights, true, Optional.empty());
        return DictionaryWeights.assemble(manager, shape, weights);
    }

    /** Returns its weights by name. */
    public static Map<String, Weight> weights(int dim, int size) {
        Random random = new Random(7);
        Map<String, Weight> weights = new LinkedHashMap<>();
        weights.put(DictionaryWeights.ENCODER_WEIGHT, weight(random, dim, size));
        weights.put(DictionaryWeights.ENCODER_BIAS, weight(random, size));
        weights.put(DictionaryWeights.DECODER_WEIGHT, unitRows(weight(random, size, dim), dim));
        weights.put(DictionaryWeights.DECODER_BIAS, weight(random, dim));
        return weights;
    }

    private static Weight weight(Random random, long... shape) {
        long count = 1;
        for (long length : shape) {
            count *= length;
        }
        float[] values = new float[Math.toIntExact(count)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        List<Long> lengths = Arrays.stream(shape).boxed().toList();
        return new Weight(lengths, values);
    }

    private static Weight unitRows(Weight rows, int width) {
        float[] values = rows.values().clone();
        for (int start = 0; start < values.length; start += width) {
            double squares = 0;
            for (int i = start; i < start + width; i++) {
                squares += (double) values[i] * values[i];
            }
            for (int i = start; i < start + width; i++) {
                values[i] = (float) (values[i] / Math.sqrt(squares));
            }
        }
        return new Weight(rows.shape(), values);
    }
}
