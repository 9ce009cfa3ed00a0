package org.lexicographer.eval.page.chart;

import static org.lexicographer.eval.page.chart.Numbers.count;
import static org.lexicographer.eval.page.chart.Numbers.figure;

import java.util.List;

/**
 * How often values fall between bounds.
 *
 * @param title what it shows
 * @param values what is measured, with its unit
 * @param counted what is counted
 * @param logarithmic whether bounds are drawn by their logarithm; all are positive then
 */
public record Histogram(String title, String values, String counted, boolean logarithmic) {

    /**
     * A bar.
     *
     * @param from the lower bound
     * @param to the upper bound, above the lower one
     * @param count how many values lie between
     */
    public record Bar(double from, double to, long count) {}

    /** Draws bars, ascending; the empty ones before the first and after the last are left out. */
    public Chart of(List<Bar> bars) {
        List<Bar> shown = withoutEmptyEnds(bars);
        List<List<String>> rows =
                shown.stream()
                        .map(bar -> List.of(figure(bar.from), figure(bar.to), count(bar.count)))
                        .toList();
        return new Chart(title, svg(shown), List.of(), List.of("from", "to", counted), rows);
    }

    private static List<Bar> withoutEmptyEnds(List<Bar> bars) {
        int first = 0;
        int end = bars.size();
        while (first < end && bars.get(first).count == 0) {
            first++;
        }
        while (end > first && bars.get(end - 1).count == 0) {
            end--;
        }
        return bars.subList(first, end);
    }

    /** Empty when there is nothing to draw. */
    private String svg(List<Bar> bars) {
        if (bars.isEmpty()) {
            return "";
        }
        long most = bars.stream().mapToLong(Bar::count).max().orElseThrow();
        Frame frame =
                new Frame(
                        new Scale(bars.getFirst().from, bars.getLast().to, logarithmic),
                        new Scale(0, Math.max(1, most), false));
        Element svg = frame.draw(title, values, counted);
        bars.stream().filter(bar -> bar.count > 0).forEach(bar -> svg.add(drawn(bar, frame)));
        return svg.toString();
    }

    private Element drawn(Bar bar, Frame frame) {
        double left = frame.across(bar.from);
        double top = frame.down(bar.count);
        return Element.of("rect")
                .with("class", "bar")
                .with("x", left)
                .with("y", top)
                .with("width", frame.across(bar.to) - left)
                .with("height", frame.down(0) - top)
                .titled(
                        "%s to %s: %s %s"
                                .formatted(
                                        figure(bar.from),
                                        figure(bar.to),
                                        count(bar.count),
                                        counted));
    }
}
