package org.lexicographer.benchmark.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.lexicographer.benchmark.measure.Samples;

/**
 * Figures that belong together.
 *
 * @param title what was measured
 * @param rows one for each case
 */
public record Table(String title, List<Row> rows) {

    /** Copies the list. */
    public Table {
        rows = List.copyOf(rows);
    }

    /** Returns the table in Markdown: medians with quartiles, ratios last. */
    String markdown() {
        List<String> figures = columns(Row::measured);
        List<String> ratios = columns(Row::ratios);
        List<String> heads = new ArrayList<>(List.of(""));
        heads.addAll(figures);
        heads.addAll(ratios);
        StringBuilder text = new StringBuilder();
        text.append("%s%n%n".formatted(title));
        text.append(line(heads)).append("|").append("---|".repeat(heads.size())).append('\n');
        for (Row row : rows) {
            List<String> cells = new ArrayList<>(List.of(row.title()));
            figures.forEach(name -> cells.add(cell(row.measured().get(name))));
            ratios.forEach(name -> cells.add(cell(row.ratios().get(name))));
            text.append(line(cells));
        }
        return text.toString();
    }

    private List<String> columns(Function<Row, Map<String, Samples>> part) {
        Set<String> names = new LinkedHashSet<>();
        rows.forEach(row -> names.addAll(part.apply(row).keySet()));
        return List.copyOf(names);
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private static String cell(Samples samples) {
        if (samples == null) {
            return "";
        }
        return samples.values().length == 1
                ? figure(samples.median())
                : "%s (%s to %s)"
                        .formatted(
                                figure(samples.median()),
                                figure(samples.lowerQuartile()),
                                figure(samples.upperQuartile()));
    }

    /** Three digits tell all that a clock on a shared machine can. */
    private static String figure(double value) {
        double size = Math.max(Math.abs(value), 1e-9);
        int decimals = (int) Math.clamp(2 - Math.floor(Math.log10(size)), 0, 3);
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}
