package org.lexicographer.languagemodel;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.languagemodel.folder.ModelFiles;

class RefusedSettingsTest {

    private static final JsonMapper JSON = new JsonMapper();

    @TempDir Path folder;

    /** Writes a family's configuration with one value changed; "absent" takes it away. */
    private void write(String family, String key, String value) throws IOException {
        try (InputStream file =
                getClass().getResourceAsStream("/reference/%s/config.json".formatted(family))) {
            ObjectNode config = (ObjectNode) JSON.readTree(file);
            if (value.equals("absent")) {
                config.remove(key);
            } else {
                config.set(key, JSON.readTree(value));
            }
            JSON.writeValue(folder.resolve("config.json").toFile(), config);
        }
    }

    private void read() {
        ModelSites.read(new ModelFiles.Local(folder));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "llama | num_key_value_heads | 3 | num_key_value_heads=a divisor of 4, found=3",
                "llama | head_dim | 7 | head_dim=an even number, found=7",
                "llama | head_dim | 2147483647 | head_dim=a positive number, at most 536870911",
                "llama | partial_rotary_factor | 0.5 | partial_rotary_factor=1, found=0.5",
                "llama | sliding_window | 16 | sliding_window=no such setting in this family",
                "llama | rope_parameters | {\"rope_type\": \"dynamic\"} | found=dynamic",
                "llama | rope_scaling | {\"type\": \"su\", \"factor\": 2} | found=su",
                "llama | rope_parameters | {\"rope_type\": \"llama3\"} | low_freq_factor=a positive",
                "llama | rope_theta | -1 | rope_theta=a positive number, found=-1.0",
                "llama | rope_interleaved | true | rope_interleaved=false, found=true",
                "llama | hidden_act | \"geglu\" | hidden_act=a known activation function",
                "llama | mlp_bias | \"yes\" | mlp_bias=true or false, found=\"yes\"",
                "mistral | sliding_window | 0 | sliding_window=a positive integer, found=0",
                "mistral | attention_bias | true | attention_bias=no such setting",
                "qwen2 | use_mrope | true | use_mrope=false, found=true",
                "qwen2 | layer_types | [\"full_attention\"] | layer_types=3 of them, found=1",
                "qwen2 | layer_types | \"full\" | layer_types=a list of texts",
                "qwen3 | layer_types | [\"full_attention\", \"chunked_attention\", \"full_attention\"] | found=chunked_attention",
                "qwen3 | layer_types | [\"full_attention\", \"sliding_attention\", \"full_attention\"] | a window for sliding_attention",
                "qwen3 | max_window_layers | -1 | max_window_layers=an integer from 0, found=-1",
                "gemma | use_bidirectional_attention | true | use_bidirectional_attention=false",
                "gemma | hidden_activation | \"silu\" | hidden_activation=the same as hidden_act",
                "gemma2 | hidden_act | \"silu\" | hidden_act=the same as hidden_activation",
                "gemma2 | attn_logit_softcapping | 0 | attn_logit_softcapping=a positive number",
                "gemma2 | final_logit_softcapping | \"30\" | final_logit_softcapping=a number",
                "gemma2 | query_pre_attn_scalar | -4 | query_pre_attn_scalar=a positive number",
                "gemma2 | sliding_window | null | a window for sliding_attention, found=none",
                "gemma2 | sliding_window_size | 9 | sliding_window_size=the same as sliding_window",
                "gemma3_text | rope_parameters | {\"rope_type\": \"linear\"} | rope_type=no such setting",
                "gemma3_text | rope_scaling | {\"rope_type\": \"longrope\"} | found=longrope",
                "gemma3_text | rope_scaling | {\"rope_type\": \"yarn\", \"factor\": 2, \"truncate\": false} | truncate=true, found=false",
                "gemma3_text | vision_config | {\"depth\": 1} | vision_config=no such setting",
                "tanh_gelu_old_keys | partial_rotary_factor | 0.25 | rotary_pct=the same as partial_rotary_factor=0.25, found=0.5",
                "gpt2 | n_head | 5 | n_head=a divisor of n_embd, found=5",
                "gpt2 | n_embd | 1073741824 | n_embd=at most 536870911",
                "gpt2 | add_cross_attention | true | add_cross_attention=false, found=true",
                "gpt2 | rotary_dim | 8 | rotary_dim=no such setting in this family, found=8",
                "gpt_neo | attention_types | [[[\"global\"], 4]] | attention_layers=those of attention_types",
                "gpt_neo | attention_types | [[\"global\", 4]] | attention_types=a list of [[kind",
                "gpt_neo | attention_types | [[[\"global\"], 2147483647]] | attention_layers=those of",
                "gpt_neo | attention_layers | [\"global\", \"local\", \"global\", \"far\"] | attention_layers=those of",
                "gpt_neo | num_layers | 5 | attention_layers=those of 5 layers",
                "gpt_neo | window_size | 1.5 | window_size=a positive integer, found=1.5"
            })
    void areNamed(String family, String key, String value, String message) throws IOException {
        // Given
        write(family, key, value);

        // When, Then
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(this::read)
                .withMessageContaining(message)
                .withMessageContaining("config.json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "llama | num_key_value_heads | absent",
                "llama | anything_unknown | null",
                "llama | attention_dropout | 0.5",
                "llama | image_token_index | 7",
                "llama | rope_scaling | {}",
                "llama | rope_scaling | {\"type\": \"yarn\", \"factor\": 2, \"finetuned\": true}",
                "mistral | sliding_window | null",
                "mistral | sliding_window | absent",
                "qwen2 | layer_types | absent",
                "qwen3 | head_dim | absent",
                "gemma | hidden_act | \"gelu\"",
                "gemma2 | layer_types | absent",
                "gemma2 | attn_logit_softcapping | null",
                "gemma3_text | rope_parameters | absent",
                "gemma3_text | num_attention_heads | absent",
                "gpt2 | n_special | 0",
                "gpt2 | predict_special_tokens | true",
                "gpt2 | task_specific_params | {\"text-generation\": {\"do_sample\": true}}",
                "gpt_neo | attention_layers | absent",
                "tanh_gelu_old_keys | rope_theta | 500.0",
                "gpt_neo | attention_types | absent"
            })
    void areNotThoseWithoutEffect(String family, String key, String value) throws IOException {
        // Given
        write(family, key, value);

        // When, Then
        assertThatCode(this::read).doesNotThrowAnyException();
    }
}
