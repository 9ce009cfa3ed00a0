package org.lexicographer.eval.statistics.kept;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lexicographer.eval.evaluator.Contexts;
import org.lexicographer.eval.metric.SparseRows;
import org.lexicographer.eval.service.StoredRun;
import org.lexicographer.eval.statistics.kept.EvaluatedLatents.EvaluatedText;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;

class EvaluatedLatentsTest {

    private static final DictionaryCheckpoint CHECKPOINT =
            new StoredRun(new InMemoryObjectStore("lexicographer"), "demo")
                    .announced("own", StoredRun.MLP_OUT);

    private static final int LENGTH = StoredRun.CONTEXT_LENGTH;

    private final ReadText text = new ReadText("model", StoredRun.contexts(10), 4, Set.of());

    private final KeptLatents kept = new KeptLatents(Long.MAX_VALUE);

    private final KeptLatents.Key whole =
            new KeptLatents.Key("demo", CHECKPOINT.prefix(), text.part(0, 10));

    @AfterEach
    void removeFiles() {
        kept.close();
    }

    private EvaluatedLatents evaluated(int contexts) {
        return new EvaluatedLatents(kept, new EvaluatedText(text, 64, contexts), CHECKPOINT, 2);
    }

    /** A batch in which one latent is active on each token. */
    private static SparseRows batch(int contexts, float value) {
        int tokens = contexts * LENGTH;
        int[] starts = new int[tokens + 1];
        float[] values = new float[tokens];
        for (int token = 0; token < tokens; token++) {
            starts[token + 1] = token + 1;
            values[token] = value;
        }
        return new SparseRows(starts, new int[tokens], values);
    }

    @Test
    void aBatchThatIsLargerThanThatOfStatisticsIsNotKept() {
        try (EvaluatedLatents latents = evaluated(10)) {
            latents.add(0, batch(4, 1));
            latents.add(4, batch(4, 1));
            latents.add(8, batch(4, 1));
            latents.add(12, batch(4, 1));
        }
        assertThat(kept.has(whole)).isFalse();
    }

    @Test
    void whatStatisticsWouldRefuseDoesNotEndAnEvaluation() {
        try (EvaluatedLatents latents = evaluated(10)) {
            latents.add(0, batch(4, -1));
            latents.add(4, batch(4, 1));
            latents.add(8, batch(2, 1));
        }
        assertThat(kept.has(whole)).isFalse();
    }

    @Test
    void aShardThatWasSeenWholeIsKept() {
        try (EvaluatedLatents latents = evaluated(10)) {
            latents.add(0, batch(4, 1));
            latents.add(4, batch(4, 1));
            assertThat(kept.has(whole)).isFalse();
            latents.add(8, batch(2, 1));
        }
        assertThat(kept.has(whole)).isTrue();
    }

    @Test
    void anotherModelBatchOrTokenMakesAnotherShard() {
        Contexts contexts = text.contexts();
        int[] tokens = contexts.tokens().clone();
        tokens[LENGTH]++;
        assertThat(
                        Set.of(
                                text.part(0, 4),
                                text.part(4, 8),
                                text.part(0, 8),
                                new ReadText("other", contexts, 4, Set.of()).part(0, 4),
                                new ReadText("model", contexts, 2, Set.of()).part(0, 4),
                                new ReadText("model", contexts, 4, Set.of(1)).part(0, 4),
                                new ReadText("model", new Contexts(LENGTH, tokens), 4, Set.of())
                                        .part(0, 4)))
                .hasSize(7);
    }
}
