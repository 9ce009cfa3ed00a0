package org.lexicographer.eval.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.ExtractionProgress;
import org.lexicographer.pipeline.message.progress.PartProgress;
import org.lexicographer.pipeline.message.progress.TokenizerProgress;

class ProgressBoardTest {

    private final ProgressBoard board = new ProgressBoard();

    private RunProgress put(String run, PartProgress part, State state) {
        RunProgress progress = new RunProgress(run, part, state, Optional.empty());
        board.put(progress.key(), Optional.of(progress));
        return progress;
    }

    @Test
    void showsTheLastProgressOfEveryPartOfARunAlone() {
        // Given
        put("demo", TokenizerProgress.START, State.RUNNING);
        put("demo-2", TokenizerProgress.START, State.RUNNING);
        put("dem", TokenizerProgress.START, State.RUNNING);

        // When
        RunProgress tokenizer = put("demo", TokenizerProgress.START, State.ENDED);
        RunProgress activation =
                put("demo", new ExtractionProgress("1", 0, 0, 0, 0), State.RUNNING);

        // Then
        assertThat(board.of("demo")).containsExactly(activation, tokenizer);
    }

    @Test
    void forgetsWhatWasDeleted() {
        // Given
        RunProgress progress = put("demo", TokenizerProgress.START, State.RUNNING);

        // When
        board.put(progress.key(), Optional.empty());

        // Then
        assertThat(board.of("demo")).isEmpty();
    }
}
