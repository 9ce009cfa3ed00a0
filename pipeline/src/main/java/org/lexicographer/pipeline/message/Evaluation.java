package org.lexicographer.pipeline.message;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Optional;
import org.lexicographer.pipeline.DictionaryId;

/**
 * How good a dictionary is on a text.
 *
 * @param dictionary which dictionary
 * @param step the number of training steps it has had
 * @param isFinal whether it is the last one of its run
 * @param text the name of the text: {@code held-out}, or what the user called it
 * @param contexts the number of contexts evaluated on
 * @param tokens the number of tokens evaluated on
 * @param metrics the figures, each under its own id and version
 */
public record Evaluation(
        DictionaryId dictionary,
        long step,
        @JsonProperty("final") boolean isFinal,
        String text,
        int contexts,
        long tokens,
        List<Metric> metrics)
        implements PipelineMessage {

    /** The name of a run's own held-out contexts. */
    public static final String HELD_OUT = "held-out";

    /** Checks that nothing is absent. */
    public Evaluation {
        requireNonNull(dictionary, "dictionary is null");
        requireNonNull(text, "text is null");
        metrics = List.copyOf(metrics);
    }

    @Override
    public String key() {
        return "%s/%d/%s".formatted(dictionary, step, text);
    }

    /** Returns the value of a metric, if it was computed. */
    public Optional<Double> metric(String id) {
        return metrics.stream().filter(m -> m.id().equals(id)).map(Metric::value).findFirst();
    }

    /**
     * One figure.
     *
     * @param id which metric
     * @param version the version of its definition; figures of different versions do not compare
     * @param value the figure in the metric's unit
     */
    public record Metric(String id, int version, double value) {

        /** Checks that nothing is absent. */
        public Metric {
            requireNonNull(id, "id is null");
        }
    }
}
