package org.lexicographer.languagemodel.family;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.lexicographer.languagemodel.forward.Transformer;

/** The model families there are, by the {@code model_type} of their {@code config.json}. */
public enum ModelFamily {
    /** Pythia and GPT-NeoX. */
    GPT_NEOX("gpt_neox", GptNeoX::load);

    private interface Loader {
        Transformer load(ModelConfig config, ModelWeights weights);
    }

    private final String modelType;
    private final Loader loader;

    ModelFamily(String modelType, Loader loader) {
        this.modelType = modelType;
        this.loader = loader;
    }

    /**
     * Returns the family that a configuration names.
     *
     * @throws org.lexicographer.languagemodel.folder.InvalidModelException when there is no such
     *     family
     */
    public static ModelFamily of(ModelConfig config) {
        String found = config.text("model_type").orElse("");
        return Arrays.stream(values())
                .filter(family -> family.modelType.equals(found))
                .findFirst()
                .orElseThrow(() -> config.invalid("model_type", modelTypes(), found));
    }

    private static String modelTypes() {
        return Arrays.stream(values())
                .map(family -> family.modelType)
                .collect(Collectors.joining(" or "));
    }

    /** Puts a model of this family together. */
    public Transformer load(ModelConfig config, ModelWeights weights) {
        return loader.load(config, weights);
    }
}
