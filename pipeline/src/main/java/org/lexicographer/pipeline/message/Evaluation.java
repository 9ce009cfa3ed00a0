package org.lexicographer.pipeline.message;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;

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

    /** Checks the components. */
    public Evaluation {
        new Checks()
                .present("dictionary", dictionary)
                .notNegative("step", step)
                .present("text", text)
                .notNegative("contexts", contexts)
                .notNegative("tokens", tokens)
                .present("metrics", metrics)
                .that(
                        "metrics",
                        metrics == null || metrics.stream().noneMatch(Objects::isNull),
                        "a metric is missing",
                        "a metric",
                        "null")
                .end();
        metrics = List.copyOf(metrics);
    }

    /**
     * Reads a message.
     *
     * @throws InvalidFieldsException naming every wrong field
     */
    public static Evaluation read(byte[] json) {
        return Json.read(json, Evaluation.class);
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

        public Metric {
            new Checks().present("id", id).end();
        }
    }
}
