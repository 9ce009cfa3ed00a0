package org.lexicographer.allinone.run;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.lexicographer.pipeline.account.RunAccount;

/** The table of the post: one line per dictionary, a column per metric. */
public final class ResultsTable {

    private static final String HEADER =
            "| Dictionary                 | MSE loss | L1 loss |    L0 | % alive | % loss recovered |";
    private static final String RULE =
            "|:---------------------------|---------:|--------:|------:|--------:|-----------------:|";
    private static final String ROW = "| %-26s | %8.5f | %7.3f | %5.1f | %7.1f | %16.1f |";

    private ResultsTable() {}

    /** Returns the lines of the table, in the order of the sites in the model. */
    public static List<String> lines(List<ResultRow> rows) {
        List<String> lines = new ArrayList<>(List.of(HEADER, RULE));
        rows.stream()
                .sorted(Comparator.comparing(ResultRow::site).thenComparing(ResultRow::recipe))
                .map(ResultsTable::line)
                .forEach(lines::add);
        return lines;
    }

    private static String line(ResultRow row) {
        return String.format(
                Locale.ROOT,
                ROW,
                row.site() + " " + row.recipe(),
                row.mse(),
                row.l1(),
                row.l0(),
                100 * row.alive(),
                100 * row.lossRecovered());
    }

    /** Returns the lines that say what the dictionaries were not trained on; none when all was. */
    public static List<String> leftOut(RunAccount account) {
        List<String> lines = new ArrayList<>();
        if (!account.isWhole()) {
            lines.add("Left out of the dataset: " + account.text() + ". First reasons:");
            account.dataset().reasons().forEach(reason -> lines.add("  " + reason.text()));
        }
        return lines;
    }
}
