package org.lexicographer.eval.statistics;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.lexicographer.dictionary.architecture.AffineDictionary;
import org.lexicographer.eval.evaluator.SplicedDictionary;
import org.lexicographer.eval.latent.companion.CloseLatents;
import org.lexicographer.eval.latent.companion.CoActivation;
import org.lexicographer.eval.latent.companion.Neighbours;
import org.lexicographer.eval.latent.effect.DirectEffects;
import org.lexicographer.eval.latent.effect.LogitEffect;
import org.lexicographer.eval.latent.effect.NormWeights;
import org.lexicographer.eval.latent.result.LatentRecord.Companions;
import org.lexicographer.eval.latent.result.LatentRecord.TokenEffects;
import org.lexicographer.languagemodel.LanguageModel;

/**
 * What is known of all latents of a dictionary beside its text: which go together, and what they do
 * to the next token.
 *
 * @param decoder of each latent those with the closest decoder rows; empty where there are none
 * @param encoder the same of the encoder's columns
 * @param together of each latent those that are active on the same tokens
 * @param effects of each latent, with the final norm's weight left out and folded in; empty where
 *     the site is not added to the stream
 */
record WeightFigures(
        List<CloseLatents> decoder,
        List<CloseLatents> encoder,
        List<CoActivation.OfLatent> together,
        List<List<TokenEffects>> effects) {

    /** Computes them; the dictionary and the model stay the caller's. */
    static WeightFigures of(LanguageModel model, SplicedDictionary spliced, CoActivation together) {
        List<CoActivation.OfLatent> companions = together.all();
        if (!(spliced.dictionary() instanceof AffineDictionary affine)) {
            return new WeightFigures(List.of(), List.of(), companions, List.of());
        }
        try (NDArray encoderRows = affine.encoderWeight().transpose()) { // (F, D)
            return new WeightFigures(
                    Neighbours.among(affine.decoderWeight()),
                    Neighbours.among(encoderRows),
                    companions,
                    effects(model, spliced, affine.decoderWeight()));
        }
    }

    private static List<List<TokenEffects>> effects(
            LanguageModel model, SplicedDictionary spliced, NDArray decoder) {
        DirectEffects direct = new DirectEffects(model.directLogits(), spliced.target());
        return Stream.of(NormWeights.values())
                .map(weights -> direct.of(decoder, weights).map(each -> effects(each, weights)))
                .flatMap(Optional::stream)
                .toList();
    }

    private static List<TokenEffects> effects(List<LogitEffect> each, NormWeights weights) {
        return each.stream()
                .map(
                        effect ->
                                new TokenEffects(
                                        weights == NormWeights.FOLDED,
                                        effect.up().tokens(),
                                        effect.up().values(),
                                        effect.down().tokens(),
                                        effect.down().values(),
                                        effect.smallest(),
                                        effect.largest(),
                                        effect.histogram()))
                .toList();
    }

    Companions companions(int latent) {
        CoActivation.OfLatent close = together.get(latent);
        return new Companions(
                decoder.isEmpty() ? CloseLatents.NONE : decoder.get(latent),
                encoder.isEmpty() ? CloseLatents.NONE : encoder.get(latent),
                close.jaccard(),
                close.phi());
    }

    List<TokenEffects> logitEffects(int latent) {
        return effects.stream().map(each -> each.get(latent)).toList();
    }
}
