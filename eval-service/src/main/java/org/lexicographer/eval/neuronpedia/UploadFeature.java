package org.lexicographer.eval.neuronpedia;

import java.util.List;
import java.util.Optional;
import org.lexicographer.eval.latent.result.LatentDetails;
import org.lexicographer.eval.latent.result.LatentDetails.Effect;
import org.lexicographer.eval.latent.result.LatentDetails.LogitEffects;

/**
 * A latent in the body of an upload.
 *
 * @param index which
 * @param density the share of tokens on which it is active
 * @param topLogits the tokens that it raises most, the most first; absent where that is not known
 * @param bottomLogits the tokens that it lowers most, the most first
 * @param explanations what somebody says that it stands for; absent when nobody does
 * @param activations its examples
 */
record UploadFeature(
        int index,
        double density,
        Optional<List<Logit>> topLogits,
        Optional<List<Logit>> bottomLogits,
        Optional<List<Explained>> explanations,
        List<Activation> activations) {

    /** The most tokens that an example may have. */
    private static final int MOST_TOKENS = 1024;

    /**
     * What a latent adds to the logit of a token.
     *
     * @param token as text
     * @param value for each unit of the latent's value
     */
    record Logit(String token, float value) {}

    /**
     * What it stands for. Neuronpedia also takes the names of a method and a model that found it; a
     * person's words have neither.
     */
    record Explained(String text) {}

    /** An example; the share of tokens in its interval is not known. */
    record Activation(
            List<String> tokens, List<Float> values, float quantileMin, float quantileMax) {}

    static UploadFeature of(LatentDetails latent) {
        Optional<LogitEffects> effects = latent.plainEffects();
        return new UploadFeature(
                latent.figures().latent(),
                latent.figures().density(),
                effects.map(it -> logits(it.up())),
                effects.map(it -> logits(it.down())),
                latent.figures().explanation().map(it -> List.of(new Explained(it.text()))),
                ShownExample.of(latent).stream().map(UploadFeature::activation).toList());
    }

    private static List<Logit> logits(List<Effect> effects) {
        return effects.stream()
                .map(it -> new Logit(ShownExample.text(it.text(), it.id()), it.value()))
                .toList();
    }

    private static Activation activation(ShownExample example) {
        ShownExample shown = example.around(MOST_TOKENS);
        return new Activation(shown.tokens(), shown.values(), shown.from(), shown.to());
    }
}
