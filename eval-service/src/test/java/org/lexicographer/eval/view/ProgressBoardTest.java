package org.lexicographer.eval.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;

class ProgressBoardTest {

    private final ProgressBoard board = new ProgressBoard();

    private RunProgress put(String run, String part, State state) {
        RunProgress progress = new RunProgress(run, part, state, Map.of(), Optional.empty());
        board.put(progress.key(), Optional.of(progress));
        return progress;
    }

    @Test
    void showsTheLastProgressOfEveryPartOfARunAlone() {
        // Given
        put("demo", "tokenizer", State.RUNNING);
        put("demo-2", "tokenizer", State.RUNNING);
        put("dem", "tokenizer", State.RUNNING);

        // When
        RunProgress tokenizer = put("demo", "tokenizer", State.ENDED);
        RunProgress activation = put("demo", "activation/1", State.RUNNING);

        // Then
        assertThat(board.of("demo")).containsExactly(activation, tokenizer);
    }

    @Test
    void forgetsWhatWasDeleted() {
        // Given
        RunProgress progress = put("demo", "tokenizer", State.RUNNING);

        // When
        board.put(progress.key(), Optional.empty());

        // Then
        assertThat(board.of("demo")).isEmpty();
    }
}
