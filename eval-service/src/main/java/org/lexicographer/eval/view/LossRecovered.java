package org.lexicographer.eval.view;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;
import org.lexicographer.eval.metric.MetricDefinition;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.message.Evaluation;

/**
 * How much of the language model's loss a dictionary recovers; the figures are those of {@link
 * MetricDefinition}, and one that does not exist is left out.
 *
 * @param dictionary which dictionary
 * @param step the number of training steps it has had
 * @param isFinal whether it is the last one of its run
 * @param text the name of the text
 * @param contexts the number of contexts evaluated on
 * @param tokens the number of tokens evaluated on
 * @param lossOriginal nats per token
 * @param lossReconstructed nats per token
 * @param lossZero nats per token
 * @param lossRecovered share, 1 is best
 */
public record LossRecovered(
        DictionaryId dictionary,
        long step,
        @JsonProperty("final") boolean isFinal,
        String text,
        int contexts,
        long tokens,
        Optional<Double> lossOriginal,
        Optional<Double> lossReconstructed,
        Optional<Double> lossZero,
        Optional<Double> lossRecovered) {

    public static LossRecovered of(Evaluation evaluation) {
        return new LossRecovered(
                evaluation.dictionary(),
                evaluation.step(),
                evaluation.isFinal(),
                evaluation.text(),
                evaluation.contexts(),
                evaluation.tokens(),
                evaluation.metric(MetricDefinition.LOSS_ORIGINAL.id()),
                evaluation.metric(MetricDefinition.LOSS_RECONSTRUCTED.id()),
                evaluation.metric(MetricDefinition.LOSS_ZERO.id()),
                evaluation.metric(MetricDefinition.LOSS_RECOVERED.id()));
    }
}
