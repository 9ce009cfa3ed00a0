package org.lexicographer.eval.view;

import java.util.List;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.stored.CurvePoint;
import org.lexicographer.pipeline.stored.TrainingCurves;

/** Writes training curves as comma-separated values: a line for each point of each recipe. */
public final class CurveTable {

    private static final String HEADER =
            "site,recipe,step,relativeLoss,reconstruction,sparsity,l0,deadLatents,"
                    + "varianceExplained,learningRate\n";

    private CurveTable() {}

    /** Returns the lines under their header; what is absent is empty. */
    public static String of(List<TrainingCurves> sites) {
        StringBuilder table = new StringBuilder(HEADER);
        for (TrainingCurves curves : sites) {
            curves.recipes()
                    .forEach(
                            (recipe, curve) ->
                                    curve.points()
                                            .forEach(
                                                    point ->
                                                            table.append(
                                                                    line(
                                                                            curves.site(),
                                                                            recipe,
                                                                            point))));
        }
        return table.toString();
    }

    private static String line(Site site, String recipe, CurvePoint point) {
        List<Object> cells =
                List.of(
                        site,
                        recipe,
                        point.step(),
                        point.relativeLoss(),
                        point.reconstruction(),
                        point.sparsity(),
                        point.l0(),
                        point.deadLatents(),
                        point.varianceExplained().<Object>map(it -> it).orElse(""),
                        point.learningRate());
        return String.join(",", cells.stream().map(Object::toString).toList()) + "\n";
    }
}
