package org.lexicographer.dictionary.exchange.dictionarylearning;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Weight;
import org.lexicographer.dictionary.architecture.DictionaryWeights;

/**
 * The dictionary classes of dictionary_learning: the names and orientations of their tensors.
 *
 * <p>Classes built of linear layers store matrices as (out, in), so that they must be transposed;
 * the others store them as we do.
 */
public enum DictionaryLearningClass {
    /** A plain ReLU encoder whose input has the decoder bias subtracted. */
    AUTO_ENCODER("AutoEncoder", Architecture.STANDARD, true, "StandardTrainer"),
    /** A plain ReLU encoder. */
    AUTO_ENCODER_NEW("AutoEncoderNew", Architecture.STANDARD, false, "StandardTrainerAprilUpdate"),
    /** An encoder with a gate. */
    GATED("GatedAutoEncoder", Architecture.GATED, true, "GatedSAETrainer"),
    /** An encoder with a threshold for each latent. */
    JUMP_RELU("JumpReluAutoEncoder", Architecture.JUMP_RELU, false, "JumpReluTrainer"),
    /** The largest latents of each row. */
    TOP_K("AutoEncoderTopK", Architecture.TOP_K, true, "TopKTrainer"),
    /** The largest latents of a batch. */
    BATCH_TOP_K("BatchTopKSAE", Architecture.BATCH_TOP_K, true, "BatchTopKTrainer"),
    /** The largest latents of a batch, in groups. */
    MATRYOSHKA(
            "MatryoshkaBatchTopKSAE",
            Architecture.MATRYOSHKA_BATCH_TOP_K,
            true,
            "MatryoshkaBatchTopKTrainer");

    static final String K = "k";
    static final String THRESHOLD = "threshold";
    static final String GROUP_SIZES = "group_sizes";

    private static final Set<String> SETTINGS = Set.of(K, THRESHOLD, GROUP_SIZES);

    private final String className;
    private final Architecture architecture;
    private final boolean subtractsDecoderBias;
    private final String trainerName;

    DictionaryLearningClass(
            String className,
            Architecture architecture,
            boolean subtractsDecoderBias,
            String trainerName) {
        this.className = className;
        this.architecture = architecture;
        this.subtractsDecoderBias = subtractsDecoderBias;
        this.trainerName = trainerName;
    }

    /** Returns the name there, such as {@code AutoEncoder}. */
    public String className() {
        return className;
    }

    /** Returns the formula that the class follows. */
    public Architecture architecture() {
        return architecture;
    }

    /** Tells whether the class subtracts the decoder bias from its input. */
    public boolean subtractsDecoderBias() {
        return subtractsDecoderBias;
    }

    /** Returns the trainer that is named where nobody knows which one made the dictionary. */
    String trainerName() {
        return trainerName;
    }

    /**
     * Returns the class of a name.
     *
     * @throws DictionaryException when there is none
     */
    public static DictionaryLearningClass named(String className) {
        return Arrays.stream(values())
                .filter(it -> it.className.equalsIgnoreCase(className))
                .findFirst()
                .orElseThrow(
                        () -> new DictionaryException("unknown dict_class: found=" + className));
    }

    static Optional<DictionaryLearningClass> of(
            Architecture architecture, boolean subtractsDecoderBias) {
        return Arrays.stream(values())
                .filter(it -> it.architecture == architecture)
                .filter(it -> it.subtractsDecoderBias == subtractsDecoderBias)
                .findFirst();
    }

    /** Returns the class whose tensors have these names, where there is only one. */
    static DictionaryLearningClass having(Set<String> names) {
        Set<String> known = new LinkedHashSet<>(names);
        known.retainAll(allNames());
        List<DictionaryLearningClass> fitting =
                Arrays.stream(values()).filter(it -> it.hasExactly(known)).toList();
        if (fitting.size() != 1) {
            throw new DictionaryException(
                    "cannot tell the class without config.json: possible=%s, tensors=%s"
                            .formatted(fitting.stream().map(it -> it.className).toList(), names));
        }
        return fitting.getFirst();
    }

    /** Returns the tensor names of all classes. */
    static Set<String> allNames() {
        Set<String> names = new LinkedHashSet<>(SETTINGS);
        for (DictionaryLearningClass type : values()) {
            names.addAll(type.tensorNames().values());
        }
        return names;
    }

    private boolean hasExactly(Set<String> names) {
        boolean settings =
                names.contains(GROUP_SIZES) == (this == MATRYOSHKA)
                        && names.contains(K) == hasK()
                        && (hasK() || this == JUMP_RELU || !names.contains(THRESHOLD));
        long others = names.stream().filter(name -> !SETTINGS.contains(name)).count();
        return settings
                && others == tensorNames().values().stream().filter(it -> !isSetting(it)).count()
                && tensorNames().values().stream()
                        .allMatch(name -> isSetting(name) || names.contains(name));
    }

    private static boolean isSetting(String name) {
        return SETTINGS.contains(name);
    }

    boolean hasK() {
        return this == TOP_K || this == BATCH_TOP_K || this == MATRYOSHKA;
    }

    /** Returns the tool's tensor names by our names, in the tool's order. */
    Map<String, String> tensorNames() {
        return switch (this) {
            case AUTO_ENCODER -> linear("bias");
            case AUTO_ENCODER_NEW -> linear("decoder.bias");
            case TOP_K, BATCH_TOP_K -> linear(DictionaryWeights.DECODER_BIAS);
            case GATED -> gated();
            case JUMP_RELU, MATRYOSHKA -> plain();
        };
    }

    private static Map<String, String> linear(String decoderBias) {
        Map<String, String> names = new LinkedHashMap<>();
        names.put(DictionaryWeights.DECODER_BIAS, decoderBias);
        names.put(DictionaryWeights.ENCODER_WEIGHT, "encoder.weight");
        names.put(DictionaryWeights.ENCODER_BIAS, "encoder.bias");
        names.put(DictionaryWeights.DECODER_WEIGHT, "decoder.weight");
        return names;
    }

    private static Map<String, String> gated() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put(DictionaryWeights.DECODER_BIAS, "decoder_bias");
        names.put(DictionaryWeights.MAGNITUDE_SCALE, "r_mag");
        names.put(DictionaryWeights.GATE_BIAS, "gate_bias");
        names.put(DictionaryWeights.MAGNITUDE_BIAS, "mag_bias");
        names.put(DictionaryWeights.ENCODER_WEIGHT, "encoder.weight");
        names.put(DictionaryWeights.DECODER_WEIGHT, "decoder.weight");
        return names;
    }

    private Map<String, String> plain() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put(DictionaryWeights.ENCODER_WEIGHT, DictionaryWeights.ENCODER_WEIGHT);
        names.put(DictionaryWeights.ENCODER_BIAS, DictionaryWeights.ENCODER_BIAS);
        names.put(DictionaryWeights.DECODER_WEIGHT, DictionaryWeights.DECODER_WEIGHT);
        names.put(DictionaryWeights.DECODER_BIAS, DictionaryWeights.DECODER_BIAS);
        if (this == JUMP_RELU) {
            names.put(DictionaryWeights.THRESHOLD, THRESHOLD);
        }
        return names;
    }

    /**
     * Returns the weights of a state dict under our names and in our orientation.
     *
     * @param tensors finds a tensor by its name in the state dict
     */
    public Map<String, Weight> weights(Function<String, Weight> tensors) {
        Map<String, Weight> weights = new LinkedHashMap<>();
        tensorNames()
                .forEach((ours, theirs) -> weights.put(ours, turned(ours, tensors.apply(theirs))));
        return weights;
    }

    /** Turns one of our tensors into the tool's orientation, or one of the tool's into ours. */
    Weight turned(String ourName, Weight weight) {
        boolean matrix =
                ourName.equals(DictionaryWeights.ENCODER_WEIGHT)
                        || ourName.equals(DictionaryWeights.DECODER_WEIGHT);
        boolean transposed = this != JUMP_RELU && this != MATRYOSHKA;
        return matrix && transposed ? weight.transposed() : weight;
    }
}
