package org.lexicographer.pipeline.stored;

import java.util.ArrayList;
import java.util.List;
import org.lexicographer.pipeline.Checks;

/**
 * How the training of one recipe went: what some of its steps saw, a bounded number of them,
 * however long it goes on. Which steps these are depends on the steps alone.
 *
 * @param stride the steps whose number it divides are kept, beside the first point
 * @param points in the order of their steps, {@link #MOST} at most
 */
public record TrainingCurve(long stride, List<CurvePoint> points) {

    /** The most points that are kept. */
    public static final int MOST = 512;

    /** The curve before the first step. */
    public static final TrainingCurve EMPTY = new TrainingCurve(1, List.of());

    /** Checks the stride. */
    public TrainingCurve {
        new Checks()
                .that("stride", stride > 0, "not positive", "at least 1", stride)
                .present("points", points)
                .end();
        points = List.copyOf(points);
    }

    /**
     * Returns the curve with what a later step saw, if it is kept. When there are too many, the
     * stride doubles until there are not.
     */
    public TrainingCurve with(CurvePoint point) {
        if (!points.isEmpty() && point.step() % stride != 0) {
            return this;
        }
        List<CurvePoint> more = new ArrayList<>(points);
        more.add(point);
        long wider = stride;
        while (more.size() > MOST) {
            wider *= 2;
            more = thinned(more, wider);
        }
        return new TrainingCurve(wider, more);
    }

    private static List<CurvePoint> thinned(List<CurvePoint> points, long stride) {
        CurvePoint first = points.getFirst();
        return points.stream()
                .filter(point -> point.equals(first) || point.step() % stride == 0)
                .toList();
    }
}
