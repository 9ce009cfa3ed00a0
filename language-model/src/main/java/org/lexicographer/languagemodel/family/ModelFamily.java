package org.lexicographer.languagemodel.family;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The model families there are, by the {@code model_type} of their {@code config.json}. */
public enum ModelFamily {
    /** Pythia and GPT-NeoX. */
    GPT_NEOX("gpt_neox", GptNeoX::of);

    private final String modelType;
    private final Function<ModelConfig, Architecture> reader;

    ModelFamily(String modelType, Function<ModelConfig, Architecture> reader) {
        this.modelType = modelType;
        this.reader = reader;
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

    /** Returns the name that configurations have for the family. */
    public String modelType() {
        return modelType;
    }

    private static String modelTypes() {
        return Arrays.stream(values())
                .map(family -> family.modelType)
                .collect(Collectors.joining(" or "));
    }

    /**
     * Returns what this family makes of a configuration.
     *
     * @throws org.lexicographer.languagemodel.folder.InvalidModelException when a setting can't be
     *     used
     */
    public Architecture architecture(ModelConfig config) {
        return reader.apply(config);
    }
}
