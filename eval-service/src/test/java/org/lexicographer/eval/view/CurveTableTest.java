package org.lexicographer.eval.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.stored.CurvePoint;
import org.lexicographer.pipeline.stored.TrainingCurve;
import org.lexicographer.pipeline.stored.TrainingCurves;

class CurveTableTest {

    private static TrainingCurve curve(Optional<Double> varianceExplained) {
        return TrainingCurve.EMPTY.with(
                new CurvePoint(10, 0.5, 3, 2, 31.5, 7, varianceExplained, 1e-3));
    }

    @Test
    void eachPointHasALineAndWhatIsAbsentIsEmpty() {
        TrainingCurves low =
                new TrainingCurves(
                        Site.parse("layers.0.mlp.out"),
                        10,
                        Map.of("b", curve(Optional.empty()), "a", curve(Optional.of(0.75))));

        assertThat(CurveTable.of(List.of(low)))
                .isEqualTo(
                        """
                        site,recipe,step,relativeLoss,reconstruction,sparsity,l0,deadLatents,\
                        varianceExplained,learningRate
                        layers.0.mlp.out,a,10,0.5,3.0,2.0,31.5,7,0.75,0.001
                        layers.0.mlp.out,b,10,0.5,3.0,2.0,31.5,7,,0.001
                        """);
    }

    @Test
    void aRunWithoutCurvesHasTheHeaderAlone() {
        assertThat(CurveTable.of(List.of())).startsWith("site,recipe,step,").hasLineCount(1);
    }
}
