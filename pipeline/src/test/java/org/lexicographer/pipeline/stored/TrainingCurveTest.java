package org.lexicographer.pipeline.stored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Site;

class TrainingCurveTest {

    private static final Site SITE = Site.parse("layers.3.mlp.out");

    private static CurvePoint point(long step) {
        return new CurvePoint(step, 1.0 / step, 3, 2, 31.5, 7, Optional.of(0.75), 1e-3);
    }

    /** Returns the curve of so many steps, of which the first and every tenth are reported. */
    private static TrainingCurve reported(long steps) {
        TrainingCurve curve = TrainingCurve.EMPTY.with(point(1));
        for (long step = 10; step <= steps; step += 10) {
            curve = curve.with(point(step));
        }
        return curve;
    }

    @Test
    void allPointsAreKeptWhileTheyAreFew() {
        assertThat(reported(5110).points()).hasSize(512);
        assertThat(reported(5110).points()).extracting(CurvePoint::step).contains(1L, 10L, 5110L);
    }

    @Test
    void pointsAreThinnedEvenlyAsTheRunGrows() {
        TrainingCurve curve = reported(1_000_000);

        assertThat(curve.points().size()).isBetween(TrainingCurve.MOST / 2 - 1, TrainingCurve.MOST);
        List<Long> steps = curve.points().stream().map(CurvePoint::step).toList();
        assertThat(steps.getFirst()).isEqualTo(1);
        long gap = steps.get(2) - steps.get(1);
        for (int i = 2; i < steps.size(); i++) {
            assertThat(steps.get(i) - steps.get(i - 1)).isEqualTo(gap);
        }
        assertThat(1_000_000 - steps.getLast()).isLessThan(gap);
    }

    @Test
    void curvesComeBackFromTheirObject() {
        TrainingCurves curves = new TrainingCurves(SITE, 30, Map.of("standard", reported(30)));

        assertThat(TrainingCurves.read(curves.toJson())).isEqualTo(curves);
    }

    @Test
    void theObjectIsWrittenAsItIsRead() {
        CurvePoint point = new CurvePoint(10, 0.5, 3, 2, 31.5, 7, Optional.empty(), 1e-3);
        TrainingCurves curves =
                new TrainingCurves(SITE, 10, Map.of("a", new TrainingCurve(1, List.of(point))));

        assertThat(new String(curves.toJson(), StandardCharsets.UTF_8))
                .isEqualTo(
                        """
                        {"site":"layers.3.mlp.out","step":10,"recipes":{"a":{"stride":1,"points":[\
                        {"step":10,"relativeLoss":0.5,"reconstruction":3.0,"sparsity":2.0,"l0":31.5,\
                        "deadLatents":7,"learningRate":0.001}]}}}\
                        """);
    }

    @Test
    void anotherObjectIsRefused() {
        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(
                        () ->
                                TrainingCurves.read(
                                        "{\"step\": -1}".getBytes(StandardCharsets.UTF_8)));
    }
}
