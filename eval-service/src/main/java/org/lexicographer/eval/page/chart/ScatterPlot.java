package org.lexicographer.eval.page.chart;

import static org.lexicographer.eval.page.chart.Numbers.figure;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Two figures of several things.
 *
 * @param title what it shows
 * @param x the name of the figure from left to right
 * @param y the name of the figure from bottom to top
 */
public record ScatterPlot(String title, String x, String y) {

    private static final int LOOKS = 8;
    private static final double RADIUS = 5;

    /**
     * A thing.
     *
     * @param name what it is called
     * @param group what it belongs to: those of one group look alike, and eight have a look of
     *     their own
     */
    public record Point(String name, String group, double x, double y) {}

    /** Draws points whose figures are finite. */
    public Chart of(List<Point> points) {
        List<List<String>> rows =
                points.stream()
                        .map(point -> List.of(point.name, figure(point.x), figure(point.y)))
                        .toList();
        List<String> groups = points.stream().map(Point::group).distinct().toList();
        return new Chart(
                title,
                svg(points, groups),
                groups.size() > 1 ? groups : List.of(),
                List.of("dictionary", x, y),
                rows);
    }

    /** Empty when there is nothing to draw. */
    private String svg(List<Point> points, List<String> groups) {
        if (points.isEmpty()) {
            return "";
        }
        Frame frame = new Frame(around(points, Point::x), around(points, Point::y));
        Element svg = frame.draw(title, x, y);
        for (Point point : points) {
            svg.add(drawn(point, groups.indexOf(point.group), frame));
        }
        return svg.toString();
    }

    private static Scale around(List<Point> points, ToDoubleFunction<Point> figure) {
        var all = points.stream().mapToDouble(figure).summaryStatistics();
        return Scale.around(all.getMin(), all.getMax());
    }

    private Element drawn(Point point, int look, Frame frame) {
        return Element.of("circle")
                .with("class", "point look-" + look % LOOKS)
                .with("cx", frame.across(point.x))
                .with("cy", frame.down(point.y))
                .with("r", RADIUS)
                .titled(
                        "%s: %s %s, %s %s"
                                .formatted(point.name, x, figure(point.x), y, figure(point.y)));
    }
}
