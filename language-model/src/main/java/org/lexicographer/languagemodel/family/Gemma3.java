package org.lexicographer.languagemodel.family;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.lexicographer.languagemodel.architecture.Architecture;
import org.lexicographer.languagemodel.architecture.GatedDecoder;
import org.lexicographer.languagemodel.architecture.GatedDecoder.LayerAttention;
import org.lexicographer.languagemodel.architecture.GatedDecoder.Norms;
import org.lexicographer.languagemodel.attention.AttentionRule;
import org.lexicographer.languagemodel.attention.RotaryEmbedding;
import org.lexicographer.languagemodel.config.HeadCounts;
import org.lexicographer.languagemodel.config.LayerWindows;
import org.lexicographer.languagemodel.config.ModelConfig;
import org.lexicographer.languagemodel.config.RotarySettings;
import org.lexicographer.languagemodel.forward.ModelSize;
import org.lexicographer.languagemodel.layer.SoftCap;

/**
 * Gemma 3 (<a href="https://arxiv.org/abs/2503.19786">Gemma Team 2025</a>), its text part: as Gemma
 * 2, with norms of each query and key in the place of a soft cap on scores, five layers in six with
 * a window, and rotations of their own for those.
 *
 * <p>Folders for images and text say in {@code text_config} only what differs from the smallest of
 * them. A soft cap on scores is a setting of transformers that it does not apply, nor does this;
 * released models have none.
 */
final class Gemma3 {

    private static final int DEFAULT_DIM = 2304;
    private static final int DEFAULT_LAYERS = 26;
    private static final int DEFAULT_HEADS = 8;
    private static final int DEFAULT_NEURONS = 9216;
    private static final int DEFAULT_VOCABULARY = 262_208;
    private static final int DEFAULT_CONTEXT = 131_072;
    private static final int DEFAULT_PATTERN = 6;
    private static final double DEFAULT_FULL_BASE = 1_000_000;
    private static final double DEFAULT_SLIDING_BASE = 10_000;

    /** What sees images, and brings what it sees into the stream. */
    private static final Pattern IMAGES =
            Pattern.compile("(model\\.)?(vision_tower|multi_modal_projector)\\..*");

    private Gemma3() {}

    /** Reads a folder for text alone. */
    static Architecture of(ModelConfig config) {
        return of(config, config.flag("tie_word_embeddings").orElse(true), GatedDecoder.BUFFERS);
    }

    /** Reads the text part of a folder for images and text. */
    static Architecture textOf(ModelConfig config) {
        config.says("vision_config");
        config.says("mm_tokens_per_image");
        ModelConfig text =
                config.object("text_config")
                        .orElseThrow(() -> config.invalid("text_config", "an object", "nothing"));
        boolean tiedText = text.flag("tie_word_embeddings").orElse(true);
        return of(text, config.flag("tie_word_embeddings").orElse(tiedText), IMAGES);
    }

    private static Architecture of(ModelConfig config, boolean tied, Pattern unused) {
        HeadCounts heads =
                HeadCounts.read(
                        config,
                        config.optionalSize("num_attention_heads").orElse(DEFAULT_HEADS),
                        Gemma2.DEFAULT_KEY_HEADS,
                        Gemma.DEFAULT_HEAD_DIM);
        ModelSize size = size(config, heads);
        Optional<SoftCap> logitCap =
                Gemma2.softCap(config, "final_logit_softcapping", Optional.empty());
        config.positive("attn_logit_softcapping");
        return new GatedDecoder(
                size,
                heads,
                attention(config, size, heads),
                Gemma2.function(config),
                Gemma.biases(config),
                new Norms(Gemma.normScale(config), true, true),
                Gemma.vocabulary(tied, size.activationDim(), logitCap),
                unused);
    }

    private static ModelSize size(ModelConfig config, HeadCounts heads) {
        return new ModelSize(
                config.says("num_hidden_layers")
                        ? config.layers("num_hidden_layers")
                        : DEFAULT_LAYERS,
                GatedDecoder.widths(
                        config.optionalSize("hidden_size").orElse(DEFAULT_DIM),
                        heads,
                        config.optionalSize("intermediate_size").orElse(DEFAULT_NEURONS)),
                config.optionalSize("vocab_size").orElse(DEFAULT_VOCABULARY),
                config.optionalSize("max_position_embeddings").orElse(DEFAULT_CONTEXT));
    }

    /**
     * Refuses a ramp of YaRN whose ends are not rounded: transformers looks for that setting where
     * folders of this family do not have it, and rounds.
     */
    private static void requireWholeRamp(ModelConfig rope) {
        if (!rope.flag("truncate").orElse(true)) {
            throw rope.invalid("truncate", "true", false);
        }
    }

    private static List<LayerAttention> attention(
            ModelConfig config, ModelSize size, HeadCounts heads) {
        Optional<ModelConfig> byType = config.object("rope_parameters");
        Optional<ModelConfig> sliding =
                byType.flatMap(o -> RotarySettings.object(o, "sliding_attention"));
        Optional<ModelConfig> full =
                byType.flatMap(o -> RotarySettings.object(o, "full_attention"));
        Optional<ModelConfig> scaling = RotarySettings.object(config, "rope_scaling");
        List.of(sliding, full, scaling).forEach(o -> o.ifPresent(Gemma3::requireWholeRamp));
        RotaryEmbedding slidingRotary =
                new RotarySettings(config, sliding, size.contextLimit())
                        .whole(heads.headDim(), "rope_local_base_freq", DEFAULT_SLIDING_BASE);
        RotaryEmbedding fullRotary =
                new RotarySettings(config, scaling.or(() -> full), size.contextLimit())
                        .whole(heads.headDim(), "rope_theta", DEFAULT_FULL_BASE);
        double scale = Gemma2.scale(config);
        int pattern = config.optionalSize("sliding_window_pattern").orElse(DEFAULT_PATTERN);
        return LayerWindows.read(
                        config,
                        size.layers(),
                        Gemma2.window(config),
                        layer -> (layer + 1) % pattern != 0)
                .stream()
                .map(window -> new AttentionRule(scale, window, Optional.empty()))
                .map(
                        rule ->
                                new LayerAttention(
                                        rule.window() == AttentionRule.UNBOUNDED
                                                ? fullRotary
                                                : slidingRotary,
                                        rule))
                .toList();
    }
}
