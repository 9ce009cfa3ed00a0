package org.lexicographer.languagemodel.family;

import java.util.Collections;
import org.lexicographer.languagemodel.architecture.Architecture;
import org.lexicographer.languagemodel.architecture.GatedDecoder;
import org.lexicographer.languagemodel.architecture.GatedDecoder.Biases;
import org.lexicographer.languagemodel.architecture.GatedDecoder.LayerAttention;
import org.lexicographer.languagemodel.architecture.GatedDecoder.Norms;
import org.lexicographer.languagemodel.architecture.GatedDecoder.Vocabulary;
import org.lexicographer.languagemodel.attention.AttentionRule;
import org.lexicographer.languagemodel.config.HeadCounts;
import org.lexicographer.languagemodel.config.ModelConfig;
import org.lexicographer.languagemodel.config.RotarySettings;
import org.lexicographer.languagemodel.forward.ModelSize;
import org.lexicographer.languagemodel.layer.ActivationFunction;
import org.lexicographer.languagemodel.layer.RmsNorm;

/** Llama 1 to 3 (<a href="https://arxiv.org/abs/2302.13971">Touvron et al. 2023</a>). */
final class Llama {

    private Llama() {}

    static Architecture of(ModelConfig config) {
        int allHeads = config.size("num_attention_heads");
        int headDim = config.size("hidden_size") / allHeads;
        HeadCounts heads = HeadCounts.read(config, allHeads, allHeads, headDim);
        ModelSize size = GatedDecoder.size(config, heads);
        boolean bias = config.flag("attention_bias").orElse(false);
        LayerAttention attention =
                new LayerAttention(
                        RotarySettings.of(config, size.contextLimit()).whole(heads.headDim()),
                        AttentionRule.full(heads.scale()));
        return new GatedDecoder(
                size,
                heads,
                Collections.nCopies(size.layers(), attention),
                config.activation("hidden_act").orElse(ActivationFunction.SILU),
                new Biases(bias, bias, config.flag("mlp_bias").orElse(false)),
                new Norms(new RmsNorm.Scale(0, config.epsilon("rms_norm_eps", 1e-6)), false, false),
                Vocabulary.plain(config.flag("tie_word_embeddings").orElse(false)),
                GatedDecoder.BUFFERS);
    }
}
