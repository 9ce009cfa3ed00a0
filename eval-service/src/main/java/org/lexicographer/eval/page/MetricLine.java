package org.lexicographer.eval.page;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.lexicographer.eval.definition.Definition;
import org.lexicographer.eval.metric.MetricDefinition;
import org.lexicographer.pipeline.message.Evaluation;

/**
 * A figure of several evaluations.
 *
 * @param id the metric
 * @param version the version of its definition
 * @param definition what it means; empty for a metric or a version that is not known any more
 * @param values the figures, in the order of the evaluations
 */
public record MetricLine(
        String id, int version, Optional<Definition> definition, List<Optional<Double>> values) {

    public MetricLine {
        values = List.copyOf(values);
    }

    /** Returns what it is called; a figure that is not known any more with its version. */
    public String name() {
        return definition.isPresent() ? id : "%s, version %d".formatted(id, version);
    }

    /** Returns the figures of evaluations, in the order of their definitions. */
    public static List<MetricLine> of(List<Evaluation> evaluations) {
        List<MetricLine> lines = new ArrayList<>();
        for (MetricDefinition metric : MetricDefinition.values()) {
            MetricLine line =
                    line(
                            metric.id(),
                            metric.version(),
                            Optional.of(metric.definition()),
                            evaluations);
            if (line.values.stream().anyMatch(Optional::isPresent)) {
                lines.add(line);
            }
        }
        evaluations.stream()
                .flatMap(evaluation -> evaluation.metrics().stream())
                .filter(figure -> !isKnown(figure))
                .map(figure -> new Named(figure.id(), figure.version()))
                .distinct()
                .map(named -> line(named.id, named.version, Optional.empty(), evaluations))
                .forEach(lines::add);
        return lines;
    }

    private record Named(String id, int version) {}

    private static boolean isKnown(Evaluation.Metric figure) {
        return Arrays.stream(MetricDefinition.values())
                .anyMatch(
                        metric ->
                                metric.id().equals(figure.id())
                                        && metric.version() == figure.version());
    }

    private static MetricLine line(
            String id, int version, Optional<Definition> definition, List<Evaluation> evaluations) {
        List<Optional<Double>> values =
                evaluations.stream().map(evaluation -> value(evaluation, id, version)).toList();
        return new MetricLine(id, version, definition, values);
    }

    private static Optional<Double> value(Evaluation evaluation, String id, int version) {
        return evaluation.metrics().stream()
                .filter(figure -> figure.id().equals(id) && figure.version() == version)
                .map(Evaluation.Metric::value)
                .findFirst();
    }
}
