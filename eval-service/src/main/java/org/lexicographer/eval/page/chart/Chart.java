package org.lexicographer.eval.page.chart;

import java.util.List;

/**
 * A chart, twice.
 *
 * @param title what it shows
 * @param svg the drawing
 * @param legend the names of the looks in the drawing, from look 0; empty when there is only one
 * @param header the names of the table's columns
 * @param rows the same figures as a table
 */
public record Chart(
        String title,
        String svg,
        List<String> legend,
        List<String> header,
        List<List<String>> rows) {

    public Chart {
        legend = List.copyOf(legend);
        header = List.copyOf(header);
        rows = rows.stream().map(List::copyOf).toList();
    }
}
