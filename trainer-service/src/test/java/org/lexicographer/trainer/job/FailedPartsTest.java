package org.lexicographer.trainer.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.EvaluationProgress;
import org.lexicographer.pipeline.message.progress.ExtractionProgress;
import org.lexicographer.pipeline.message.progress.PartProgress;
import org.lexicographer.pipeline.message.progress.TokenizerProgress;
import org.lexicographer.pipeline.message.progress.TrainingProgress;
import org.lexicographer.pipeline.message.progress.WholeRun;
import org.lexicographer.pipeline.stored.LostBlocks;

class FailedPartsTest {

    private static final PartProgress RUN = new WholeRun();
    private static final PartProgress TOKENIZER = TokenizerProgress.START;
    private static final PartProgress ACTIVATION = new ExtractionProgress("a", 0, 0, 0, 0);
    private static final PartProgress TRAINER = TrainingProgress.start(Site.parse("embed"), 9);
    private static final PartProgress EVALUATION =
            new EvaluationProgress(DictionaryId.parse("one/embed/first"), 0, 0);

    private final FailedParts parts = new FailedParts();

    private void say(String run, PartProgress part, State state, OptionalLong lostBlock) {
        parts.accept(new RunProgress(run, part, state, Optional.of("why"), lostBlock));
    }

    private void say(String run, PartProgress part, State state) {
        say(run, part, state, OptionalLong.empty());
    }

    @Test
    void aPartThatFailedWhileNobodyWasThereEndsItsRun() {
        say("one", TOKENIZER, State.RUNNING);
        say("one", ACTIVATION, State.FAILED);

        assertThat(parts.take())
                .containsExactly(new RunFailure("one", "activation/a: why", Optional.empty()));
        assertThat(parts.take()).isEmpty();
    }

    @Test
    void aRunThatWasResumedSinceContinues() {
        say("one", ACTIVATION, State.FAILED);
        say("two", TOKENIZER, State.FAILED);
        say("one", RUN, State.FAILED);
        say("one", RUN, State.RUNNING);

        assertThat(parts.take()).extracting(RunFailure::run).containsExactly("two");
    }

    @Test
    void aRunThatFailsAgainAfterItWasResumedEnds() {
        say("one", ACTIVATION, State.FAILED);
        say("one", RUN, State.RUNNING);
        say("one", TOKENIZER, State.FAILED);

        assertThat(parts.take()).extracting(RunFailure::reason).containsExactly("tokenizer: why");
    }

    @Test
    void theFirstFailureOfARunIsItsReason() {
        say("one", TOKENIZER, State.FAILED);
        say("one", ACTIVATION, State.FAILED);

        assertThat(parts.take()).extracting(RunFailure::reason).containsExactly("tokenizer: why");
    }

    @Test
    void aDictionaryThatCannotBeEvaluatedEndsNothing() {
        say("one", EVALUATION, State.FAILED);

        assertThat(parts.take()).isEmpty();
    }

    @Test
    void knowsWhichBlocksAreLost() {
        OptionalLong lost = OptionalLong.of(7);
        say("one", TRAINER, State.FAILED, lost);
        say("two", ACTIVATION, State.FAILED, lost);
        say("three", TOKENIZER, State.FAILED, lost);

        assertThat(parts.take())
                .extracting(failure -> failure.lost().orElseThrow())
                .containsExactly(
                        LostBlocks.ACTIVATION_BLOCKS,
                        LostBlocks.TOKEN_BLOCKS,
                        LostBlocks.TOKEN_BLOCKS);
    }

    @Test
    void aLaterStageThatMissesABlockNeedsItsTokenBlocksExtractedAgain() {
        say("one", new ExtractionProgress("a", 2, 0, 0, 0, 0), State.FAILED, OptionalLong.of(7));

        assertThat(parts.take())
                .containsExactly(
                        new RunFailure(
                                "one",
                                "activation/a/2: why",
                                Optional.of(LostBlocks.ACTIVATION_BLOCKS)));
    }
}
