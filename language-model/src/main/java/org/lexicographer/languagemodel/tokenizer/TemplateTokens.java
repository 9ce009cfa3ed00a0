package org.lexicographer.languagemodel.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.lexicographer.languagemodel.folder.ModelFiles;
import org.lexicographer.languagemodel.folder.ModelJson;

/**
 * The special tokens that templates of chats know by name, as transformers 5 finds them: what
 * {@code tokenizer_config.json} names, what {@code special_tokens_map.json} names where the first
 * file lists no added tokens, and what the tokenizer's class has where nothing is said.
 */
final class TemplateTokens {

    private static final String TOKEN = "_token";
    private static final String EXTRA = "extra_special_tokens";
    private static final String END_OF_TEXT = "<|endoftext|>";

    private static final String GEMMA = "GemmaTokenizer";
    private static final String GPT2 = "GPT2Tokenizer";
    private static final String GPT_NEOX = "GPTNeoXTokenizer";
    private static final String QWEN2 = "Qwen2Tokenizer";

    /** The class that transformers takes where a folder names none. */
    private static final Map<String, String> CLASSES =
            Map.of(
                    "gemma", GEMMA,
                    "gemma2", GEMMA,
                    "gemma3", GEMMA,
                    "gemma3_text", GEMMA,
                    "gpt2", GPT2,
                    "gpt_neo", GPT2,
                    "gpt_neox", GPT_NEOX,
                    "qwen2", QWEN2,
                    "qwen3", QWEN2);

    /** Models of which transformers takes no folder's word for the class. */
    private static final Set<String> KNOWN_BETTER = Set.of("mistral", "qwen2");

    /** What a class has where nothing is said; other classes have nothing. */
    private static final Map<String, Map<String, String>> OF_CLASSES =
            Map.of(
                    "LlamaTokenizer",
                    Map.of("bos_token", "<s>", "eos_token", "</s>", "unk_token", "<unk>"),
                    "CodeLlamaTokenizer",
                    Map.of(
                            "bos_token", "<s>",
                            "eos_token", "</s>",
                            "unk_token", "<unk>",
                            "prefix_token", "\u2581<PRE>",
                            "middle_token", "\u2581<MID>",
                            "suffix_token", "\u2581<SUF>",
                            "eot_token", "\u2581<EOT>",
                            "fill_token", "<FILL_ME>"),
                    GEMMA,
                    Map.of(
                            "bos_token", "<bos>",
                            "eos_token", "<eos>",
                            "unk_token", "<unk>",
                            "pad_token", "<pad>",
                            "mask_token", "<mask>"),
                    GPT2,
                    Map.of(
                            "bos_token", END_OF_TEXT,
                            "eos_token", END_OF_TEXT,
                            "unk_token", END_OF_TEXT),
                    GPT_NEOX,
                    Map.of(
                            "bos_token", END_OF_TEXT,
                            "eos_token", END_OF_TEXT,
                            "unk_token", END_OF_TEXT,
                            "pad_token", "<|padding|>"),
                    QWEN2,
                    Map.of(
                            "eos_token", END_OF_TEXT,
                            "unk_token", END_OF_TEXT,
                            "pad_token", END_OF_TEXT),
                    "CohereTokenizer",
                    Map.of(
                            "bos_token", "<BOS_TOKEN>",
                            "eos_token", "<|END_OF_TURN_TOKEN|>",
                            "unk_token", "<UNK>",
                            "sep_token", "<SEP>",
                            "pad_token", "<PAD>",
                            "cls_token", "<CLS>",
                            "mask_token", "<MASK_TOKEN>"));

    private TemplateTokens() {}

    /**
     * Returns the tokens by their names, such as bos_token.
     *
     * @throws org.lexicographer.languagemodel.folder.InvalidModelException when one is no token
     */
    static Map<String, String> of(ModelFiles files) {
        JsonNode config = ModelJson.read(files, "tokenizer_config.json");
        Map<String, String> tokens =
                new TreeMap<>(OF_CLASSES.getOrDefault(tokenizerClass(files, config), Map.of()));
        addNamed(tokens, config);
        if (!config.has("added_tokens_decoder")) {
            addNamed(tokens, ModelJson.read(files, "special_tokens_map.json"));
        }
        return tokens;
    }

    private static String tokenizerClass(ModelFiles files, JsonNode config) {
        String model = ModelJson.read(files, "config.json").path("model_type").asText();
        String ofModel = CLASSES.getOrDefault(model, "");
        String named = config.path("tokenizer_class").asText("").replaceFirst("Fast$", "");
        return named.isEmpty() || KNOWN_BETTER.contains(model) ? ofModel : named;
    }

    /** One that is null is none, whatever a class would have. */
    private static void addNamed(Map<String, String> tokens, JsonNode config) {
        config.properties().stream()
                .filter(field -> field.getKey().endsWith(TOKEN))
                .filter(field -> !field.getValue().isBoolean())
                .forEach(field -> add(tokens, field.getKey(), field.getValue()));
        if (config.path(EXTRA).isObject()) {
            config.path(EXTRA)
                    .properties()
                    .forEach(field -> add(tokens, field.getKey(), field.getValue()));
        }
    }

    private static void add(Map<String, String> tokens, String name, JsonNode value) {
        ModelJson.tokenText(value)
                .ifPresentOrElse(token -> tokens.put(name, token), () -> tokens.remove(name));
    }
}
