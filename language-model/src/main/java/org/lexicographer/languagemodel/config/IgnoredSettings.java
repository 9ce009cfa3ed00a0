package org.lexicographer.languagemodel.config;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * The values of a {@code config.json} that have no effect on a forward pass in float32 without
 * training: how the model was made, is stored, is trained and generates text.
 */
final class IgnoredSettings {

    /** Token ids, dropouts of the training, summaries' heads, and the library's notes to itself. */
    private static final Pattern KIND =
            Pattern.compile(
                    ".*_token_ids?|.*_token_index|.*_?dropout(_prob)?|.*_pdrop|summary_.*|_.*");

    private static final Set<String> NAMES =
            Set.of(
                    "architectures",
                    "auto_map",
                    "is_llama_config",
                    "model_type",
                    "name_or_path",
                    "transformers_version",
                    "transformers.js_config",
                    "unsloth_version",
                    "unsloth_fixed",
                    "tokenizer_class",
                    "dtype",
                    "torch_dtype",
                    "use_bfloat16",
                    "torchscript",
                    "attn_implementation",
                    "initializer_range",
                    "gradient_checkpointing",
                    "pretraining_tp",
                    "use_cache",
                    "cache_implementation",
                    "finetuning_task",
                    "task_specific_params",
                    "problem_type",
                    "id2label",
                    "label2id",
                    "num_labels",
                    "chunk_size_feed_forward",
                    "output_attentions",
                    "output_hidden_states",
                    "output_scores",
                    "return_dict",
                    "return_dict_in_generate",
                    "is_decoder",
                    "tie_encoder_decoder",
                    "tf_legacy_loss",
                    "prefix",
                    "max_length",
                    "max_sequence_length",
                    "model_max_length",
                    "n_ctx",
                    "n_special",
                    "predict_special_tokens",
                    "output_past",
                    "xla_device",
                    "num_steps",
                    "custom_pipelines",
                    "min_length",
                    "do_sample",
                    "early_stopping",
                    "num_beams",
                    "num_beam_groups",
                    "diversity_penalty",
                    "temperature",
                    "top_k",
                    "top_p",
                    "typical_p",
                    "repetition_penalty",
                    "length_penalty",
                    "no_repeat_ngram_size",
                    "encoder_no_repeat_ngram_size",
                    "num_return_sequences",
                    "bad_words_ids",
                    "suppress_tokens",
                    "begin_suppress_tokens",
                    "remove_invalid_values",
                    "exponential_decay_length_penalty");

    /**
     * Switches of any family that have no effect where they are off; nothing here knows them on.
     */
    static final Set<String> SWITCHES =
            Set.of(
                    "is_encoder_decoder",
                    "add_cross_attention",
                    "use_bidirectional_attention",
                    "rope_interleaved",
                    "use_mrope");

    private IgnoredSettings() {}

    static boolean contains(String key) {
        return NAMES.contains(key) || KIND.matcher(key).matches();
    }
}
