package org.lexicographer.eval.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.message.Evaluation.Metric;

class EvaluationStoreTest {

    private static final DictionaryId ID = DictionaryId.parse("demo/layers.0.mlp.out/a");

    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");
    private final EvaluationStore evaluations = new EvaluationStore(objects);

    private static Evaluation evaluation(long step, String text) {
        return new Evaluation(ID, step, false, text, 1, 16, List.of(new Metric("mse", 1, 0.25)));
    }

    @Test
    void givesBackWhatWasPut() {
        // Given
        Evaluation put = evaluation(5, "held-out");

        // When
        evaluations.put(put);

        // Then
        assertThat(evaluations.find(ID, 5, "held-out")).contains(put);
        assertThat(evaluations.find(ID, 6, "held-out")).isEmpty();
    }

    @Test
    void theLastOneOfARunThatWentOnIsNotTheLastAnyMore() {
        Evaluation before =
                new Evaluation(ID, 20, true, "held-out", 1, 16, List.of(new Metric("mse", 1, 0.5)));
        Evaluation after =
                new Evaluation(
                        ID, 40, true, "held-out", 1, 16, List.of(new Metric("mse", 1, 0.25)));
        evaluations.put(before);
        assertThat(evaluations.of(ID)).containsExactly(before);

        evaluations.put(after);

        assertThat(evaluations.of(ID))
                .extracting(Evaluation::step, Evaluation::isFinal)
                .containsExactly(tuple(20L, false), tuple(40L, true));
    }

    @Test
    void listsByStepAndText() {
        // Given
        List<Evaluation> inOrder =
                List.of(evaluation(2, "b"), evaluation(10, "a"), evaluation(10, "held-out"));

        // When
        inOrder.reversed().forEach(evaluations::put);

        // Then
        assertThat(evaluations.of(ID)).isEqualTo(inOrder);
    }

    @Test
    void listsWhatWasReplacedSinceItWasReadLast() {
        // Given
        evaluations.put(evaluation(5, "held-out"));
        evaluations.of(ID);
        Evaluation other =
                new Evaluation(ID, 5, false, "held-out", 1, 16, List.of(new Metric("mse", 1, 0.5)));

        // When: another replica stores it
        new EvaluationStore(objects).put(other);

        // Then
        assertThat(evaluations.of(ID)).containsExactly(other);
    }
}
