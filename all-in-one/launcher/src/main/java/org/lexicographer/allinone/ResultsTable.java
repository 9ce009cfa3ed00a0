package org.lexicographer.allinone;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.lexicographer.pipeline.message.Evaluation;

/** The table of the post: one line per dictionary, a column per metric. */
final class ResultsTable {

    private static final String HEADER =
            "| Dictionary                 | MSE loss | L1 loss |    L0 | % alive | % loss recovered |";
    private static final String RULE =
            "|:---------------------------|---------:|--------:|------:|--------:|-----------------:|";
    private static final String ROW = "| %-26s | %8.5f | %7.3f | %5.1f | %7.1f | %16.1f |";

    private ResultsTable() {}

    /** Returns the lines of the table, in the order of the sites in the model. */
    static List<String> lines(List<Evaluation> evaluations) {
        List<String> lines = new ArrayList<>(List.of(HEADER, RULE));
        evaluations.stream()
                .sorted(
                        Comparator.comparing((Evaluation row) -> row.dictionary().site())
                                .thenComparing(row -> row.dictionary().recipe()))
                .map(ResultsTable::row)
                .forEach(lines::add);
        return lines;
    }

    private static String row(Evaluation row) {
        return String.format(
                Locale.ROOT,
                ROW,
                row.dictionary().site() + " " + row.dictionary().recipe(),
                metric(row, "mse"),
                metric(row, "l1"),
                metric(row, "l0"),
                100 * metric(row, "fraction_alive_8192"),
                100 * metric(row, "loss_recovered"));
    }

    private static double metric(Evaluation row, String id) {
        return row.metric(id).orElse(Double.NaN);
    }
}
