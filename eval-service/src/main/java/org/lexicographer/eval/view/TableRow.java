package org.lexicographer.eval.view;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;
import org.lexicographer.eval.metric.MetricDefinition;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.message.Evaluation;

/**
 * A row of the post's table; the figures are those of {@link MetricDefinition}, and one that does
 * not exist is left out.
 *
 * @param site the site that the dictionary reads
 * @param recipe the recipe's name
 * @param step the number of training steps it has had
 * @param isFinal whether it is the last one of its run
 * @param tokens the number of tokens evaluated on
 * @param mse mean squared error per element
 * @param l1 mean L1 norm of the latents
 * @param l0 mean number of active latents
 * @param fractionAlive share of the latents that were ever active
 * @param fractionAlive8192 the same over the first 8192 tokens, as in the post
 * @param lossRecovered share, 1 is best
 */
public record TableRow(
        Site site,
        String recipe,
        long step,
        @JsonProperty("final") boolean isFinal,
        long tokens,
        Optional<Double> mse,
        Optional<Double> l1,
        Optional<Double> l0,
        Optional<Double> fractionAlive,
        Optional<Double> fractionAlive8192,
        Optional<Double> lossRecovered) {

    public static TableRow of(Evaluation evaluation) {
        return new TableRow(
                evaluation.dictionary().site(),
                evaluation.dictionary().recipe(),
                evaluation.step(),
                evaluation.isFinal(),
                evaluation.tokens(),
                evaluation.metric(MetricDefinition.MSE.id()),
                evaluation.metric(MetricDefinition.L1.id()),
                evaluation.metric(MetricDefinition.L0.id()),
                evaluation.metric(MetricDefinition.FRACTION_ALIVE.id()),
                evaluation.metric(MetricDefinition.FRACTION_ALIVE_8192.id()),
                evaluation.metric(MetricDefinition.LOSS_RECOVERED.id()));
    }
}
