package org.lexicographer.tokenizer.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.block.DatasetPosition;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.tokenizer.RunSpecs;
import org.lexicographer.tokenizer.progress.ProgressLog;
import org.lexicographer.tokenizer.progress.TokenizerOutput;
import org.lexicographer.tokenizer.stream.StopSignal;
import org.lexicographer.tokenizer.stream.StopSignal.StoppedException;
import org.lexicographer.tokenizer.stream.TokenBlockLog;

class WaitingTokenBlockLogTest {

    private static final int MAX_LAG = 3;

    private final List<TokenBlock> written = new ArrayList<>();
    private final List<RunProgress> progress = new ArrayList<>();
    private final Deque<Long> lags = new ArrayDeque<>();
    private final StopSignal stop = new StopSignal();

    @Test
    void measuresTheLagOnlyWhenItMightBeTooLarge() {
        TokenBlockLog log = log();
        lags.addAll(List.of(0L, 1L));

        write(log, 5);

        assertThat(written).hasSize(5);
        assertThat(lags).isEmpty();
    }

    @Test
    void waitsWhileTooManyBlocksHaveNotBeenRead() {
        TokenBlockLog log = log();
        lags.addAll(List.of(3L, 2L));

        write(log, 1);

        assertThat(written).hasSize(1);
        assertThat(progress)
                .singleElement()
                .extracting(message -> message.message().orElseThrow())
                .isEqualTo("waits for token blocks to be read: lagBlocks=3, maxLagBlocks=3");
    }

    @Test
    void neverHoldsBackTheEndOfTheStream() {
        log().write(new TokenBlock(0, 8, new int[0], DatasetPosition.START));

        assertThat(written).hasSize(1);
    }

    @Test
    void stopsWhileItWaits() {
        TokenBlockLog log = log();
        lags.add(9L);
        stop.stop();

        assertThatThrownBy(() -> write(log, 1)).isInstanceOf(StoppedException.class);
        assertThat(written).isEmpty();
    }

    private static void write(TokenBlockLog log, int blocks) {
        for (int i = 0; i < blocks; i++) {
            log.write(new TokenBlock(i, 8, new int[8], DatasetPosition.START));
        }
    }

    private TokenBlockLog log() {
        TokenBlockLog inner =
                new TokenBlockLog() {
                    @Override
                    public Optional<TokenBlock> last() {
                        return Optional.empty();
                    }

                    @Override
                    public void write(TokenBlock block) {
                        written.add(block);
                    }
                };
        ProgressLog progressLog =
                new ProgressLog(RunSpecs.small("run", "{\"contexts\": 1}", 9), output(), () -> 0);
        return new WaitingTokenBlockLog(inner, lags::remove, MAX_LAG, progressLog, stop);
    }

    private TokenizerOutput output() {
        return new TokenizerOutput() {
            @Override
            public void progress(RunProgress message) {
                progress.add(message);
            }

            @Override
            public void retried() {}

            @Override
            public void left(String run) {}

            @Override
            public void reject(Rejection rejection) {
                throw new AssertionError("nothing is rejected");
            }
        };
    }
}
