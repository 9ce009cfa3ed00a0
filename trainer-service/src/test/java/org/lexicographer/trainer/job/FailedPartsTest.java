package org.lexicographer.trainer.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;

class FailedPartsTest {

    private final FailedParts parts = new FailedParts();

    private void say(String run, String part, State state, Map<String, Double> figures) {
        parts.accept(new RunProgress(run, part, state, figures, Optional.of("why")));
    }

    private void say(String run, String part, State state) {
        say(run, part, state, Map.of());
    }

    @Test
    void aPartThatFailedWhileNobodyWasThereEndsItsRun() {
        say("one", "tokenizer", State.RUNNING);
        say("one", "activation/a", State.FAILED);

        assertThat(parts.take())
                .containsExactly(new RunFailure("one", "activation/a: why", Optional.empty()));
        assertThat(parts.take()).isEmpty();
    }

    @Test
    void aRunThatWasResumedSinceGoesOn() {
        say("one", "activation/a", State.FAILED);
        say("two", "tokenizer", State.FAILED);
        say("one", RunProgress.RUN, State.FAILED);
        say("one", RunProgress.RUN, State.RUNNING);

        assertThat(parts.take()).extracting(RunFailure::run).containsExactly("two");
    }

    @Test
    void aRunThatFailsAgainAfterItWasResumedEnds() {
        say("one", "activation/a", State.FAILED);
        say("one", RunProgress.RUN, State.RUNNING);
        say("one", "tokenizer", State.FAILED);

        assertThat(parts.take()).extracting(RunFailure::reason).containsExactly("tokenizer: why");
    }

    @Test
    void theFirstFailureOfARunIsItsReason() {
        say("one", "tokenizer", State.FAILED);
        say("one", "activation/a", State.FAILED);

        assertThat(parts.take()).extracting(RunFailure::reason).containsExactly("tokenizer: why");
    }

    @Test
    void aDictionaryThatCannotBeEvaluatedEndsNothing() {
        say("one", "evaluation/one/embed/first", State.FAILED);

        assertThat(parts.take()).isEmpty();
    }

    @Test
    void knowsWhichBlocksAreLost() {
        Map<String, Double> lost = Map.of(RunProgress.LOST_BLOCK, 7.0);
        say("one", "trainer/embed", State.FAILED, lost);
        say("two", "activation/a", State.FAILED, lost);
        say("three", "tokenizer", State.FAILED, lost);

        assertThat(parts.take())
                .extracting(failure -> failure.lost().orElseThrow())
                .containsExactly(
                        LostBlocks.ACTIVATION_BLOCKS,
                        LostBlocks.TOKEN_BLOCKS,
                        LostBlocks.TOKEN_BLOCKS);
    }
}
