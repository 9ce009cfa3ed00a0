package org.lexicographer.eval.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.stored.CurvePoint;
import org.lexicographer.pipeline.stored.TrainingCurve;
import org.lexicographer.pipeline.stored.TrainingCurves;

class CurveLineTest {

    private static TrainingCurve curve(int points) {
        List<CurvePoint> seen =
                LongStream.rangeClosed(1, points)
                        .mapToObj(
                                step ->
                                        new CurvePoint(
                                                step, 1, 1, 1, 1, 0, Optional.empty(), 0.001))
                        .toList();
        return new TrainingCurve(1, seen);
    }

    @Test
    void aTableHasSomeStepsOfEachRecipeTheFirstAndTheLastAmongThem() {
        // Given
        TrainingCurves curves =
                new TrainingCurves(
                        Site.parse("layers.0.mlp.out"),
                        500,
                        Map.of("long", curve(500), "short", curve(3)));

        // When
        List<CurveLine> lines = CurveLine.of(List.of(curves));

        // Then
        assertThat(lines).hasSize(12 + 3);
        assertThat(lines.getFirst().dictionary()).isEqualTo("layers.0.mlp.out/long");
        assertThat(lines.getFirst().point().step()).isEqualTo(1);
        assertThat(lines.get(11).point().step()).isEqualTo(500);
        assertThat(lines.getLast().point().step()).isEqualTo(3);
    }
}
