package org.lexicographer.tokenizer.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.account.DatasetAccount;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.TokenizerProgress;
import org.lexicographer.tokenizer.RunSpecs;
import org.lexicographer.tokenizer.stage.StoredRun;

class ProgressLogTest {

    private final StoredRun run = new StoredRun(RunSpecs.small("run", "{\"contexts\": 1}", 9));
    private final AtomicLong now = new AtomicLong();
    private final ProgressLog log = new ProgressLog(run.spec, run, now::get);

    @Test
    void saysAtMostOnceASecondHowFarTheRunHasCome() {
        log.wrote(2);
        log.wrote(2);
        now.set(Duration.ofSeconds(2).toNanos());
        log.wrote(2);
        log.wrote(1);

        assertThat(run.progress).hasSize(2);
        assertThat(run.lastProgress().state()).isEqualTo(State.RUNNING);
        assertThat(run.lastProgress().part())
                .isEqualTo(new TokenizerProgress(3, 6, 48, 0, 16.0, DatasetAccount.EMPTY));
    }

    @Test
    void saysTheEndAtOnce() {
        log.wrote(2);
        log.ended();

        assertThat(run.lastProgress().state()).isEqualTo(State.ENDED);
    }

    @Test
    void doesNotSayTheSameThingTwice() {
        for (int second = 0; second < 10; second++) {
            now.set(Duration.ofSeconds(second).toNanos());
            log.waiting("waits");
        }

        assertThat(run.progress).hasSize(1);
    }

    @Test
    void saysThatNothingIsLeftOnlyIfItSaidSomethingBefore() {
        log.nothingLeft();
        assertThat(run.progress).isEmpty();

        log.waiting("waits");
        log.nothingLeft();
        assertThat(run.lastProgress().state()).isEqualTo(State.ENDED);
    }

    @Test
    void countsWhatEarlierAttemptsWrote() {
        DatasetAccount account = new DatasetAccount(1, 2, 0, 0, 3, 3, List.of());
        log.resume(5, 3, () -> account, Map::of);
        log.wrote(2);

        assertThat(run.lastProgress().part())
                .isEqualTo(new TokenizerProgress(6, 12, 96, 3, 0.0, account));
    }
}
