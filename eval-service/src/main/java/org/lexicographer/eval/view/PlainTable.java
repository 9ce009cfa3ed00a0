package org.lexicographer.eval.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Writes the post's table as text, columns aligned. */
public final class PlainTable {

    private static final List<String> HEADER =
            List.of("site", "recipe", "MSE", "L1", "L0", "% alive", "% loss recovered");
    private static final int LEFT_COLUMNS = 2;
    private static final String ABSENT = "-";

    private PlainTable() {}

    public static String of(List<TableRow> rows) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(HEADER);
        rows.forEach(row -> cells.add(cells(row)));
        int[] widths = new int[HEADER.size()];
        for (List<String> row : cells) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        StringBuilder table = new StringBuilder();
        cells.forEach(row -> table.append(line(row, widths)).append('\n'));
        return table.toString();
    }

    private static List<String> cells(TableRow row) {
        return List.of(
                row.site().toString(),
                row.recipe(),
                figure("%.4g", row.mse()),
                figure("%.2f", row.l1()),
                figure("%.2f", row.l0()),
                percent(row.fractionAlive8192().or(row::fractionAlive)),
                percent(row.lossRecovered()));
    }

    private static String percent(Optional<Double> share) {
        return figure("%.1f", share.map(value -> 100 * value));
    }

    private static String figure(String format, Optional<Double> value) {
        return value.map(number -> String.format(Locale.ROOT, format, number)).orElse(ABSENT);
    }

    private static String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String side = column < LEFT_COLUMNS ? "-" : "";
            line.append(column == 0 ? "" : "  ");
            line.append(("%" + side + widths[column] + "s").formatted(cells.get(column)));
        }
        return line.toString().stripTrailing();
    }
}
