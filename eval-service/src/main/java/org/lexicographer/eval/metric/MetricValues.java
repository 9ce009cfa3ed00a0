package org.lexicographer.eval.metric;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.lexicographer.pipeline.message.Evaluation.Metric;

/** Collects figures; those that do not exist, such as 0 / 0, are left out. */
public final class MetricValues {

    private final Map<MetricDefinition, Double> values = new EnumMap<>(MetricDefinition.class);

    /** Adds a figure if it is a finite number. */
    public void put(MetricDefinition definition, double value) {
        if (Double.isFinite(value)) {
            // Adding 0 turns -0 into 0.
            values.put(definition, value + 0.0);
        }
    }

    /** Returns the figures in the order of their definitions. */
    public List<Metric> metrics() {
        return values.entrySet().stream()
                .map(e -> new Metric(e.getKey().id(), e.getKey().version(), e.getValue()))
                .toList();
    }
}
