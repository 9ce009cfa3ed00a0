package org.lexicographer.eval.page;

import java.util.ArrayList;
import java.util.List;
import org.lexicographer.pipeline.stored.CurvePoint;
import org.lexicographer.pipeline.stored.TrainingCurves;

/**
 * A step of a recipe's training, for a table.
 *
 * @param dictionary site and recipe
 * @param point what the step saw
 */
public record CurveLine(String dictionary, CurvePoint point) {

    /** A table is read: it has some steps of each recipe, the first and the last among them. */
    private static final int MOST = 12;

    /** Returns some steps of every recipe at every site. */
    public static List<CurveLine> of(List<TrainingCurves> sites) {
        List<CurveLine> lines = new ArrayList<>();
        for (TrainingCurves curves : sites) {
            curves.recipes()
                    .forEach(
                            (recipe, curve) -> {
                                String name = curves.site() + "/" + recipe;
                                some(curve.points())
                                        .forEach(point -> lines.add(new CurveLine(name, point)));
                            });
        }
        return lines;
    }

    private static List<CurvePoint> some(List<CurvePoint> points) {
        if (points.size() <= MOST) {
            return points;
        }
        List<CurvePoint> some = new ArrayList<>();
        for (int i = 0; i < MOST; i++) {
            some.add(points.get(i * (points.size() - 1) / (MOST - 1)));
        }
        return some;
    }
}
