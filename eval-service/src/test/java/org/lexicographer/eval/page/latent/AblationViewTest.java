package org.lexicographer.eval.page.latent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.eval.inspection.LatentAblation;
import org.lexicographer.eval.inspection.LatentAblation.Context;
import org.lexicographer.eval.inspection.LatentAblation.Place;
import org.lexicographer.eval.page.latent.AblationView.ShownContext;
import org.lexicographer.eval.store.SampleStatistics;
import org.lexicographer.pipeline.stored.DocumentSpan;

class AblationViewTest {

    private static final Optional<String> FILE = Optional.of("s3://texts/a.jsonl");

    private static Place place(int position, float value) {
        return new Place(position, "a", value, "b", -1, -0.5);
    }

    private static List<ShownContext> shown(Context... contexts) {
        return new AblationView(
                        new StatisticsPlace(SampleStatistics.DICTIONARY, 10, true, "held-out"),
                        new LatentAblation(
                                SampleStatistics.DICTIONARY,
                                10,
                                "held-out",
                                0,
                                SampleStatistics.DICTIONARY.site(),
                                Optional.of(-0.5),
                                List.of(),
                                List.of(),
                                List.of(contexts)))
                .contexts();
    }

    @Test
    void aContextComesFromWhereItsLargestValueIs() {
        // Given
        List<DocumentSpan> origin =
                List.of(new DocumentSpan(0, FILE, 4, 6, 100), new DocumentSpan(10, FILE, 5, 7, 0));

        // When
        List<ShownContext> shown =
                shown(
                        new Context(17, origin, List.of(place(2, 1), place(12, 3), place(13, 2))),
                        new Context(18, List.of(), List.of(place(0, 1))));

        // Then
        assertThat(shown.getFirst().peak()).contains(new ShownOrigin(FILE, 7, 5, 2));
        assertThat(shown.getFirst().documents())
                .containsExactly(new ShownOrigin(FILE, 6, 4, 100), new ShownOrigin(FILE, 7, 5, 0));
        assertThat(shown.getFirst().meanChange()).isEqualTo(-0.5);
        assertThat(shown.getLast().peak()).isEmpty();
    }

    @Test
    void aContextInWhichNothingIsTakenOutIsNotShown() {
        assertThat(shown(new Context(17, List.of(), List.of()))).isEmpty();
    }
}
