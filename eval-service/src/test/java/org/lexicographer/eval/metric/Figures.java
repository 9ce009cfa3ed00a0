package org.lexicographer.eval.metric;

import java.util.Optional;
import java.util.function.Consumer;
import org.lexicographer.pipeline.message.Evaluation.Metric;

/** Reads single figures of a statistics class. */
final class Figures {

    private Figures() {}

    static Optional<Double> of(Consumer<MetricValues> report, MetricDefinition definition) {
        MetricValues values = new MetricValues();
        report.accept(values);
        return values.metrics().stream()
                .filter(metric -> metric.id().equals(definition.id()))
                .map(Metric::value)
                .findFirst();
    }

    static double value(Consumer<MetricValues> report, MetricDefinition definition) {
        return of(report, definition).orElseThrow();
    }
}
