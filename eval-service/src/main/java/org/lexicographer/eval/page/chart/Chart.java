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

    /** Returns the rows as HTML. */
    public String body() {
        StringBuilder body = new StringBuilder();
        for (List<String> row : rows) {
            Element line = Element.of("tr");
            row.forEach(cell -> line.add(Element.of("td").text(cell)));
            line.writeTo(body);
            body.append('\n');
        }
        return body.toString();
    }
}
