package org.lexicographer.tokenizer.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.block.DatasetPosition;
import org.lexicographer.pipeline.block.TokenBlock;

class UntilTrainedTokenBlockLogTest {

    private static final long SECOND = 1_000_000_000;

    private final List<TokenBlock> written = new ArrayList<>();
    private boolean trained;
    private int asked;
    private long now;

    private final TokenBlockLog log =
            new UntilTrainedTokenBlockLog(new Stored(), "run", this::trained, () -> now);

    private boolean trained() {
        asked++;
        return trained;
    }

    private final class Stored implements TokenBlockLog {

        @Override
        public Optional<TokenBlock> last() {
            return Optional.of(written.getLast());
        }

        @Override
        public void write(TokenBlock block) {
            written.add(block);
        }
    }

    private void write(long sequence) {
        log.write(new TokenBlock(sequence, 8, new int[8], DatasetPosition.START));
    }

    @Test
    void asksAtMostOnceASecond() {
        for (int i = 0; i < 10; i++) {
            write(i);
            now += SECOND / 4;
        }

        assertThat(written).hasSize(10);
        assertThat(log.last()).contains(written.getLast());
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void takesNoBlockOnceTheRunHasBeenTrained() {
        write(0);
        trained = true;
        now += SECOND;

        assertThatThrownBy(() -> write(1)).hasMessage("run has been trained: run=run");
        assertThat(written).hasSize(1);
    }

    @Test
    void saysSoToWhoeverOnlyAsks() {
        trained = true;
        now += SECOND;

        assertThatThrownBy(log::checkWanted).isInstanceOf(RunTrainedException.class);
    }
}
