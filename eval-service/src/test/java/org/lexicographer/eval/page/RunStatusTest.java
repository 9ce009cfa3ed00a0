package org.lexicographer.eval.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.ExtractionProgress;
import org.lexicographer.pipeline.message.progress.MemoryWait;
import org.lexicographer.pipeline.message.progress.RecipeProgress;
import org.lexicographer.pipeline.message.progress.StreamProgress;
import org.lexicographer.pipeline.message.progress.TokenizerProgress;
import org.lexicographer.pipeline.message.progress.TrainingProgress;
import org.lexicographer.pipeline.stored.RunEnd;

class RunStatusTest {

    private static final RunProgress TRAINING =
            new RunProgress(
                    "demo",
                    new TrainingProgress(
                            Site.parse("layers.0.mlp.out"),
                            40,
                            950,
                            40_960,
                            1000,
                            StreamProgress.START,
                            Map.of(
                                    "standard",
                                    new RecipeProgress(
                                            Optional.of(new RecipeProgress.Report(0.5, 33, 7)),
                                            OptionalLong.empty(),
                                            OptionalLong.of(39)))),
                    State.RUNNING,
                    Optional.empty());
    private static final RunEnd END = new RunEnd(State.CANCELLED, Optional.empty());
    private static final RunProgress TOKENIZER =
            new RunProgress("demo", TokenizerProgress.START, State.ENDED, Optional.empty());

    @Test
    void partsComeInTheOrderOfTheDatasPath() {
        // When
        RunStatus status = RunStatus.of(List.of(TRAINING, TOKENIZER), Optional.empty());

        // Then
        assertThat(status.state()).isEqualTo(State.RUNNING);
        assertThat(status.isMoving()).isTrue();
        assertThat(status.parts())
                .extracting(PartLine::name)
                .containsExactly("tokens", "training at layers.0.mlp.out");
        assertThat(status.parts().getLast().done()).isEqualTo(40);
        assertThat(status.parts().getLast().total()).isEqualTo(950);
        assertThat(status.parts().getLast().details())
                .containsExactly("standard: loss 0.5, L0 33, dead 7, stopped at step 39");
    }

    @Test
    void laterStagesOfAForwardPassHaveTheirNumbers() {
        // Given
        List<RunProgress> parts =
                Stream.of(0, 1)
                        .map(
                                stage ->
                                        new RunProgress(
                                                "demo",
                                                new ExtractionProgress("a", stage, 1, 2, 3, 4),
                                                State.RUNNING,
                                                Optional.empty()))
                        .toList();

        // Then
        assertThat(RunStatus.of(parts, Optional.empty()).parts())
                .extracting(PartLine::name)
                .containsExactly("activations, by a", "activations, stage 1, by a");
    }

    @Test
    void whatIsStoredOfTheEndCountsMoreThanWhatWasAnnounced() {
        // Given
        RunProgress running = RunProgress.ofRun("demo", State.RUNNING, Optional.empty());
        RunEnd end = new RunEnd(State.FAILED, Optional.of("why"));

        // When
        RunStatus status = RunStatus.of(List.of(running, TOKENIZER), Optional.of(end));

        // Then
        assertThat(status.state()).isEqualTo(State.FAILED);
        assertThat(status.message()).contains("why");
        assertThat(status.isMoving()).isFalse();
    }

    @Test
    void aRunOfWhichNothingIsHeardWaits() {
        assertThat(RunStatus.of(List.of(), Optional.empty()).state()).isEqualTo(State.WAITING);
    }

    @Test
    void aRunWhoseTrainingWaitsForMemoryWaitsAndSaysForWhat() {
        // Given
        RunProgress waiting =
                new RunProgress(
                        "demo",
                        TrainingProgress.waiting(
                                Site.parse("layers.0.mlp.out"),
                                40,
                                950,
                                Optional.of(new MemoryWait(3, 1, 2, 1))),
                        State.WAITING,
                        Optional.of("waits for memory: needs 3"));
        RunProgress resumed = RunProgress.ofRun("demo", State.RUNNING, Optional.empty());

        // When
        RunStatus status = RunStatus.of(List.of(resumed, TOKENIZER, waiting), Optional.empty());

        // Then
        assertThat(status.state()).isEqualTo(State.WAITING);
        assertThat(status.message()).contains("waits for memory: needs 3");
        assertThat(status.parts().getLast().done()).isEqualTo(40);
        assertThat(RunStatus.of(List.of(waiting), Optional.of(END)).state())
                .isEqualTo(State.CANCELLED);
    }
}
