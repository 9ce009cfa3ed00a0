package org.lexicographer.trainer.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.account.DatasetAccount;
import org.lexicographer.pipeline.account.LeftOutReason;
import org.lexicographer.pipeline.account.RowAccount;
import org.lexicographer.pipeline.account.RunAccount;
import org.lexicographer.pipeline.message.DatasetShard.Split;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.RunEnd;
import org.lexicographer.runstore.DatasetAccounts;
import org.lexicographer.trainer.RunSpecs;
import org.lexicographer.trainer.checkpoint.CheckpointManifest;
import org.lexicographer.trainer.checkpoint.SequenceLog;

class RunAccountsTest {

    private static final LeftOutReason MISSING =
            new LeftOutReason(3, "s3://b/missing.jsonl", Optional.empty(), "object not found");
    private static final LeftOutReason BAD_LINE =
            new LeftOutReason(1, "s3://b/a.jsonl", Optional.of(7L), "line is not JSON");
    private static final RunEnd ENDED = new RunEnd(State.ENDED, Optional.empty());

    private final InMemoryObjectStore objects = new InMemoryObjectStore("b");
    private final RunAccounts accounts = new RunAccounts(objects);
    private final RunSpec spec = RunSpecs.of("run", 12);

    @Test
    void aRunThatUsedAllItWasGivenHasNothingToSay() {
        put(Split.TRAINING, 1, new DatasetAccount(1, 9, 0, 0, 0, 0, List.of()));

        assertThat(accounts.completed(spec, ENDED)).isEqualTo(ENDED);
        assertThat(accounts.of(spec).isWhole()).isTrue();
    }

    @Test
    void theEndOfARunSaysWhatWasLeftOut() {
        put(Split.TRAINING, 1, new DatasetAccount(1, 9, 0, 0, 1, 1, List.of(BAD_LINE)));
        put(Split.TRAINING, 4, new DatasetAccount(2, 18, 0, 0, 1, 1, List.of(BAD_LINE)));
        put(Split.EVALUATION, 3, new DatasetAccount(0, 0, 1, 0, 0, 0, List.of(MISSING)));

        RunEnd failed = new RunEnd(State.ENDED, Optional.of("embed/a diverged"));

        String leftOut = "left out: 1 of 3 shards, 1 of 19 documents";
        assertThat(accounts.completed(spec, ENDED).message()).contains(leftOut);
        assertThat(accounts.completed(spec, failed).message())
                .contains("embed/a diverged; " + leftOut);
        assertThat(accounts.of(spec).dataset().reasons()).containsExactly(BAD_LINE, MISSING);
    }

    @Test
    void theRowsAreThoseOfTheSitesThatHaveFinished() {
        RowAccount rows = new RowAccount(100, 64, 20, 6, 10);
        CheckpointManifest finished =
                new CheckpointManifest(
                        1,
                        List.of(),
                        Optional.of(SequenceLog.EMPTY),
                        Map.of(),
                        Optional.of(rows),
                        Optional.empty(),
                        List.of());
        String site = spec.sites().getFirst().toString();
        objects.put(
                ObjectKeys.checkpointManifest("run", spec.sites().getFirst()),
                Json.write(finished));

        RunAccount account = accounts.of(spec);

        assertThat(account.rows()).containsExactly(Map.entry(site, rows));
        assertThat(Json.read(Json.write(account), RunAccount.class)).isEqualTo(account);
    }

    private void put(Split split, long offset, DatasetAccount account) {
        new DatasetAccounts(objects).put("run", split.text(), offset, account);
    }
}
