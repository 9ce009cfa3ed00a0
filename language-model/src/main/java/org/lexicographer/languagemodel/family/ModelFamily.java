package org.lexicographer.languagemodel.family;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.lexicographer.languagemodel.architecture.Architecture;
import org.lexicographer.languagemodel.config.ModelConfig;

/** The model families there are, by the {@code model_type} of their {@code config.json}. */
public enum ModelFamily {
    /** GPT-2. */
    GPT_2("gpt2", Gpt2::of),
    /** GPT-Neo and TinyStories. */
    GPT_NEO("gpt_neo", GptNeo::of),
    /** Pythia and GPT-NeoX. */
    GPT_NEOX("gpt_neox", GptNeoX::of),
    /** Llama 1 to 3. */
    LLAMA("llama", Llama::of),
    /** Mistral. */
    MISTRAL("mistral", Mistral::of),
    /** Qwen 2 and 2.5. */
    QWEN_2("qwen2", Qwen2::of),
    /** Qwen 3. */
    QWEN_3("qwen3", Qwen3::of),
    /** Gemma 1. */
    GEMMA("gemma", Gemma::of),
    /** Gemma 2. */
    GEMMA_2("gemma2", Gemma2::of),
    /** Gemma 3 for text. */
    GEMMA_3_TEXT("gemma3_text", Gemma3::of),
    /** The text part of Gemma 3 for images and text. */
    GEMMA_3("gemma3", Gemma3::textOf);

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
     *     used, or is one that nobody knows
     */
    public Architecture architecture(ModelConfig config) {
        Architecture architecture = reader.apply(config);
        config.requireAllKnown();
        return architecture;
    }
}
