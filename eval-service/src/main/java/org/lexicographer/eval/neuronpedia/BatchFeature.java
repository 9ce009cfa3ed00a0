package org.lexicographer.eval.neuronpedia;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lexicographer.eval.latent.result.LatentDetails;
import org.lexicographer.eval.latent.result.LatentDetails.Bin;
import org.lexicographer.eval.latent.result.LatentDetails.CloseLatent;
import org.lexicographer.eval.latent.result.LatentDetails.Effect;
import org.lexicographer.eval.latent.result.LatentDetails.LogitEffects;
import org.lexicographer.eval.latent.result.StatisticsSummary;

/**
 * A latent in a batch, with the names that SAEDashboard gives its fields.
 *
 * @param featureIndex which
 * @param correlatedFeaturesIndices the latents that are active on the same tokens
 * @param correlatedFeaturesPearson the correlation of being active with them
 * @param negStr the tokens that it lowers most, the most first
 * @param negValues by how much, below 0
 * @param posStr the tokens that it raises most, the most first
 * @param posValues by how much
 * @param fracNonzero the share of tokens on which it is active
 * @param freqHistDataBarValues the middles of the bins of its values above 0
 * @param freqHistDataBarHeights how many values are in each
 * @param logitsHistDataBarHeights how many tokens are in each bin of its effects on logits
 * @param logitsHistDataBarValues the middles of these bins
 * @param nPromptsTotal how many contexts were read
 * @param nTokensInPrompt tokens per context
 * @param dataset what they are of
 * @param activations its examples
 */
@JsonNaming(SnakeCaseStrategy.class)
record BatchFeature(
        int featureIndex,
        List<Integer> correlatedFeaturesIndices,
        List<Double> correlatedFeaturesPearson,
        List<String> negStr,
        List<Float> negValues,
        List<String> posStr,
        List<Float> posValues,
        double fracNonzero,
        List<Double> freqHistDataBarValues,
        List<Long> freqHistDataBarHeights,
        List<Long> logitsHistDataBarHeights,
        List<Double> logitsHistDataBarValues,
        int nPromptsTotal,
        int nTokensInPrompt,
        String dataset,
        List<Activation> activations) {

    /** What is not known here; readers want these fields all the same. */
    private static final Map<String, List<Double>> UNKNOWN =
            Stream.of(
                            "neuron_alignment_indices",
                            "neuron_alignment_values",
                            "neuron_alignment_l1",
                            "correlated_neurons_indices",
                            "correlated_neurons_l1",
                            "correlated_neurons_pearson",
                            "correlated_features_l1",
                            "decoder_weights_dist",
                            "vector")
                    .collect(Collectors.toMap(Function.identity(), _ -> List.of()));

    /**
     * An example.
     *
     * @param binContains the share of tokens in its interval, which is not known
     */
    @JsonNaming(SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Activation(
            float binMin,
            float binMax,
            Optional<Double> binContains,
            List<String> tokens,
            List<Float> values,
            int qualifyingTokenIndex) {

        private static Activation of(ShownExample it) {
            return new Activation(
                    it.from(), it.to(), Optional.empty(), it.tokens(), it.values(), it.position());
        }
    }

    /** Returns the fields that have nothing in them. */
    @JsonAnyGetter
    Map<String, List<Double>> unknown() {
        return UNKNOWN;
    }

    static BatchFeature of(LatentDetails latent) {
        StatisticsSummary over = latent.statistics();
        LogitEffects effects =
                latent.plainEffects()
                        .orElse(new LogitEffects(false, List.of(), List.of(), List.of()));
        return new BatchFeature(
                latent.figures().latent(),
                latent.phi().stream().map(CloseLatent::latent).toList(),
                latent.phi().stream().map(CloseLatent::value).toList(),
                texts(effects.down()),
                effects.down().stream().map(Effect::value).toList(),
                texts(effects.up()),
                effects.up().stream().map(Effect::value).toList(),
                latent.figures().density(),
                middles(latent.histogram()),
                latent.histogram().stream().map(Bin::count).toList(),
                effects.histogram().stream().map(Bin::count).toList(),
                middles(effects.histogram()),
                over.contexts(),
                over.contextLength(),
                over.text(),
                ShownExample.of(latent).stream().map(Activation::of).toList());
    }

    private static List<String> texts(List<Effect> effects) {
        return effects.stream().map(it -> ShownExample.text(it.text(), it.id())).toList();
    }

    private static List<Double> middles(List<Bin> bins) {
        return bins.stream().map(bin -> (bin.from() + bin.to()) / 2).toList();
    }
}
