package org.lexicographer.dictionary;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Takes dictionaries apart into named weights and puts them together again. The names and
 * orientations are those of {@link DictionaryFormat}.
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

    private final NDManager manager;
    private final Blueprint blueprint;
    private final Map<String, Weight> weights;

    private DictionaryWeights(NDManager manager, Blueprint blueprint, Map<String, Weight> weights) {
        this.manager = manager;
        this.blueprint = blueprint;
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

    /** Returns the names of the weights (F), in the order of the dictionaries' own lists. */
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
     * @throws DictionaryException when names, shapes or values are not as the blueprint says; no
     *     native memory is taken then
     */
    public static Dictionary assemble(
            NDManager manager, Blueprint blueprint, Map<String, Weight> weights) {
        blueprint.check();
        blueprint
                .activeLatents()
                .ifPresent(
                        latents ->
                                latents.checkedFor(
                                        blueprint.architecture(), blueprint.dictionarySize()));
        Map<String, List<Long>> expected = shapes(blueprint);
        if (!weights.keySet().equals(expected.keySet())) {
            throw new DictionaryException(
                    "tensor names mismatch: expected=%s, found=%s"
                            .formatted(
                                    new TreeSet<>(expected.keySet()),
                                    new TreeSet<>(weights.keySet())));
        }
        expected.forEach((name, shape) -> check(name, shape, weights.get(name)));
        return new DictionaryWeights(manager, blueprint, weights).assemble();
    }

    private static Map<String, List<Long>> shapes(Blueprint blueprint) {
        long size = blueprint.dictionarySize();
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        List<String> latentNames = latentNames(blueprint.architecture());
        if (!latentNames.isEmpty()) {
            shapes.put(ENCODER_WEIGHT, List.of((long) blueprint.inputDim(), size));
            latentNames.forEach(name -> shapes.put(name, List.of(size)));
            shapes.put(DECODER_WEIGHT, List.of(size, (long) blueprint.outputDim()));
            shapes.put(DECODER_BIAS, List.of((long) blueprint.outputDim()));
        }
        return shapes;
    }

    private static void check(String name, List<Long> expected, Weight found) {
        if (!found.shape().equals(expected)) {
            throw new DictionaryException(
                    "tensor mismatch: expected=F32 %s, found=F32 %s, tensor=%s"
                            .formatted(expected, found.shape(), name));
        }
        float[] values = found.values();
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new DictionaryException(
                        "weight not finite: tensor=%s, index=%d, found=%s"
                                .formatted(name, i, values[i]));
            }
        }
    }

    private Dictionary assemble() {
        return switch (blueprint.architecture()) {
            case STANDARD -> standard();
            case GATED -> gated();
            case TOP_K -> topK();
            case BATCH_TOP_K -> batchTopK();
            case JUMP_RELU -> jumpRelu();
            case MATRYOSHKA_BATCH_TOP_K -> matryoshka();
            case IDENTITY -> new IdentityDictionary(blueprint.inputDim());
            case ZERO ->
                    new ZeroDictionary(
                            blueprint.inputDim(),
                            blueprint.outputDim(),
                            blueprint.dictionarySize());
        };
    }

    private NDArray array(String name) {
        return weights.get(name).array(manager); // (shape of the weight)
    }

    private StandardDictionary standard() {
        return new StandardDictionary(
                array(ENCODER_WEIGHT), // (D, F)
                array(ENCODER_BIAS), // (F)
                array(DECODER_WEIGHT), // (F, Dout)
                array(DECODER_BIAS), // (Dout)
                blueprint.subtractDecoderBias());
    }

    private GatedDictionary gated() {
        return new GatedDictionary(
                array(ENCODER_WEIGHT), // (D, F)
                array(MAGNITUDE_SCALE), // (F)
                array(GATE_BIAS), // (F)
                array(MAGNITUDE_BIAS), // (F)
                array(DECODER_WEIGHT), // (F, Dout)
                array(DECODER_BIAS), // (Dout)
                blueprint.subtractDecoderBias());
    }

    private TopKDictionary topK() {
        return new TopKDictionary(
                array(ENCODER_WEIGHT), // (D, F)
                array(ENCODER_BIAS), // (F)
                array(DECODER_WEIGHT), // (F, Dout)
                array(DECODER_BIAS), // (Dout)
                blueprint.activeLatents().orElseThrow(),
                blueprint.subtractDecoderBias());
    }

    private BatchTopKDictionary batchTopK() {
        return new BatchTopKDictionary(
                array(ENCODER_WEIGHT), // (D, F)
                array(ENCODER_BIAS), // (F)
                array(DECODER_WEIGHT), // (F, Dout)
                array(DECODER_BIAS), // (Dout)
                blueprint.activeLatents().orElseThrow(),
                blueprint.subtractDecoderBias());
    }

    private JumpReluDictionary jumpRelu() {
        return new JumpReluDictionary(
                array(ENCODER_WEIGHT), // (D, F)
                array(ENCODER_BIAS), // (F)
                array(DECODER_WEIGHT), // (F, Dout)
                array(DECODER_BIAS), // (Dout)
                array(THRESHOLD), // (F)
                blueprint.subtractDecoderBias());
    }

    private MatryoshkaBatchTopKDictionary matryoshka() {
        return new MatryoshkaBatchTopKDictionary(
                array(ENCODER_WEIGHT), // (D, F)
                array(ENCODER_BIAS), // (F)
                array(DECODER_WEIGHT), // (F, Dout)
                array(DECODER_BIAS), // (Dout)
                blueprint.activeLatents().orElseThrow(),
                blueprint.subtractDecoderBias());
    }
}
