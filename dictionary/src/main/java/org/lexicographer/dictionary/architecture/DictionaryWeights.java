package org.lexicographer.dictionary.architecture;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Weight;

/**
 * Takes dictionaries apart into named weights and puts them together again. The names and
 * orientations are those in which our own files hold them.
 */
public final class DictionaryWeights {

    /** The name of W_enc (D, F). */
    public static final String ENCODER_WEIGHT = "W_enc";

    /** The name of b_enc (F); all architectures but gated. */
    public static final String ENCODER_BIAS = "b_enc";

    /** The name of W_dec (F, Dout). */
    public static final String DECODER_WEIGHT = "W_dec";

    /** The name of b_dec (Dout). */
    public static final String DECODER_BIAS = "b_dec";

    /** The name of r_mag (F); gated. */
    public static final String MAGNITUDE_SCALE = "r_mag";

    /** The name of b_gate (F); gated. */
    public static final String GATE_BIAS = "b_gate";

    /** The name of b_mag (F); gated. */
    public static final String MAGNITUDE_BIAS = "b_mag";

    /** The name of theta (F); jumpReLU. */
    public static final String THRESHOLD = "threshold";

    /** All these names. */
    public static final Set<String> NAMES =
            Set.of(
                    ENCODER_WEIGHT,
                    ENCODER_BIAS,
                    DECODER_WEIGHT,
                    DECODER_BIAS,
                    MAGNITUDE_SCALE,
                    GATE_BIAS,
                    MAGNITUDE_BIAS,
                    THRESHOLD);

    private final NDManager manager;
    private final DictionaryShape shape;
    private final Map<String, Weight> weights;

    private DictionaryWeights(
            NDManager manager, DictionaryShape shape, Map<String, Weight> weights) {
        this.manager = manager;
        this.shape = shape;
        this.weights = weights;
    }

    /** Returns copies of a dictionary's weights by name; none for the identity and zero. */
    public static Map<String, Weight> of(Dictionary dictionary) {
        Map<String, Weight> weights = new LinkedHashMap<>();
        if (dictionary instanceof AffineDictionary affine) {
            weights.put(ENCODER_WEIGHT, Weight.of(affine.encoderWeight()));
            List<String> names = latentNames(affine.architecture());
            for (int i = 0; i < names.size(); i++) {
                weights.put(names.get(i), Weight.of(affine.latentWeights().get(i)));
            }
            weights.put(DECODER_WEIGHT, Weight.of(affine.decoderWeight()));
            weights.put(DECODER_BIAS, Weight.of(affine.decoderBias()));
        }
        return weights;
    }

    /** Returns the names of {@link AffineDictionary#latentWeights}, in that order. */
    private static List<String> latentNames(Architecture architecture) {
        return switch (architecture) {
            case GATED -> List.of(MAGNITUDE_SCALE, GATE_BIAS, MAGNITUDE_BIAS);
            case JUMP_RELU -> List.of(ENCODER_BIAS, THRESHOLD);
            case STANDARD, TOP_K, BATCH_TOP_K, MATRYOSHKA_BATCH_TOP_K -> List.of(ENCODER_BIAS);
            case IDENTITY, ZERO -> List.of();
        };
    }

    /**
     * Returns the dictionary; its arrays belong to the manager.
     *
     * @throws DictionaryException when names, shapes or values are not as the shape says; no native
     *     memory is taken then
     */
    public static Dictionary assemble(
            NDManager manager, DictionaryShape shape, Map<String, Weight> weights) {
        shape.check();
        shape.activeLatents()
                .ifPresent(
                        latents ->
                                latents.checkedFor(shape.architecture(), shape.dictionarySize()));
        Map<String, List<Long>> expected = shapes(shape);
        if (!weights.keySet().equals(expected.keySet())) {
            throw new DictionaryException(
                    "tensor names mismatch: expected=%s, found=%s"
                            .formatted(
                                    new TreeSet<>(expected.keySet()),
                                    new TreeSet<>(weights.keySet())));
        }
        expected.forEach((name, dimensions) -> check(name, dimensions, weights.get(name)));
        return new DictionaryWeights(manager, shape, weights).assemble();
    }

    private static Map<String, List<Long>> shapes(DictionaryShape shape) {
        long size = shape.dictionarySize();
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        List<String> latentNames = latentNames(shape.architecture());
        if (!latentNames.isEmpty()) {
            shapes.put(ENCODER_WEIGHT, List.of((long) shape.inputDim(), size));
            latentNames.forEach(name -> shapes.put(name, List.of(size)));
            shapes.put(DECODER_WEIGHT, List.of(size, (long) shape.outputDim()));
            shapes.put(DECODER_BIAS, List.of((long) shape.outputDim()));
        }
        return shapes;
    }

    private static void check(String name, List<Long> expected, Weight found) {
        if (!found.shape().equals(expected)) {
            throw new DictionaryException(
                    "tensor mismatch: expected=F32 %s, found=F32 %s, tensor=%s"
                            .formatted(expected, found.shape(), name));
        }
        found.checkedFinite(name);
    }

    private Dictionary assemble() {
        NDArray encoder = array(ENCODER_WEIGHT); // (D, F)
        NDArray bias = array(ENCODER_BIAS); // (F)
        NDArray decoder = array(DECODER_WEIGHT); // (F, Dout)
        NDArray decoderBias = array(DECODER_BIAS); // (Dout)
        boolean subtract = shape.subtractDecoderBias();
        return switch (shape.architecture()) {
            case STANDARD -> new StandardDictionary(encoder, bias, decoder, decoderBias, subtract);
            case GATED ->
                    new GatedDictionary(
                            encoder,
                            array(MAGNITUDE_SCALE), // (F)
                            array(GATE_BIAS), // (F)
                            array(MAGNITUDE_BIAS), // (F)
                            decoder,
                            decoderBias,
                            subtract);
            case TOP_K, BATCH_TOP_K, MATRYOSHKA_BATCH_TOP_K ->
                    new TopKDictionary(
                            shape.architecture(),
                            encoder,
                            bias,
                            decoder,
                            decoderBias,
                            shape.activeLatents().orElseThrow(),
                            subtract);
            case JUMP_RELU ->
                    new JumpReluDictionary(
                            encoder, bias, decoder, decoderBias, array(THRESHOLD), subtract);
            case IDENTITY -> new IdentityDictionary(shape.inputDim());
            case ZERO ->
                    new ZeroDictionary(shape.inputDim(), shape.outputDim(), shape.dictionarySize());
        };
    }

    /** Returns null where the architecture has no such weight. */
    private NDArray array(String name) {
        Weight weight = weights.get(name);
        return weight == null ? null : weight.array(manager); // (shape of the weight)
    }
}
