package org.lexicographer.eval.page.chart;

/**
 * The drawing's paper: two axes with their ticks and names, around the area that figures are drawn
 * in.
 *
 * @param x the axis from left to right
 * @param y the axis from bottom to top
 */
record Frame(Scale x, Scale y) {

    static final double WIDTH = 560;
    static final double HEIGHT = 300;

    private static final double LEFT = 62;
    private static final double RIGHT = 12;
    private static final double TOP = 10;
    private static final double BOTTOM = 46;
    private static final double TICK = 4;
    private static final double LINE = 15;

    double across(double value) {
        return LEFT + x.place(value) * (WIDTH - LEFT - RIGHT);
    }

    double down(double value) {
        return HEIGHT - BOTTOM - y.place(value) * (HEIGHT - TOP - BOTTOM);
    }

    /**
     * Starts a drawing with its axes.
     *
     * @param title what is read out in place of the drawing
     */
    Element draw(String title, String xName, String yName) {
        Element svg =
                Element.of("svg")
                        .with("viewBox", "0 0 %.0f %.0f".formatted(WIDTH, HEIGHT))
                        .with("role", "img")
                        .with("aria-label", title);
        for (double tick : y.ticks()) {
            double at = down(tick);
            svg.add(line(LEFT, at, WIDTH - RIGHT, at).with("class", "grid"));
            svg.add(label(LEFT - TICK - 2, at + TICK, "end", y.label(tick)));
        }
        double floor = HEIGHT - BOTTOM;
        for (double tick : x.ticks()) {
            double at = across(tick);
            svg.add(line(at, floor, at, floor + TICK).with("class", "axis"));
            svg.add(label(at, floor + LINE + 2, "middle", x.label(tick)));
        }
        svg.add(line(LEFT, floor, WIDTH - RIGHT, floor).with("class", "axis"));
        double middle = (HEIGHT - BOTTOM + TOP) / 2;
        return svg.add(label((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, "middle", xName))
                .add(
                        label(LINE, middle, "middle", yName)
                                .with(
                                        "transform",
                                        "rotate(-90 %.0f %.0f)".formatted(LINE, middle)));
    }

    private static Element line(double x1, double y1, double x2, double y2) {
        return Element.of("line").with("x1", x1).with("y1", y1).with("x2", x2).with("y2", y2);
    }

    private static Element label(double x, double y, String anchor, String text) {
        return Element.of("text").with("x", x).with("y", y).with("text-anchor", anchor).text(text);
    }
}
