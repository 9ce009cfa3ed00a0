package org.lexicographer.runstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.account.DatasetAccount;
import org.lexicographer.pipeline.account.LeftOutReason;

class DatasetAccountsTest {

    private static final String TRAINING = "training";
    private static final String EVALUATION = "evaluation";

    private final DatasetAccounts accounts = new DatasetAccounts(new InMemoryObjectStore("bucket"));

    private static DatasetAccount account(long shards) {
        return new DatasetAccount(shards, 10 * shards, 0, 0, 0, 0, List.of());
    }

    private static LeftOutReason reason(long offset) {
        return new LeftOutReason(offset, "s3://b/k.txt", Optional.empty(), "dataset has ended");
    }

    @Test
    void aRunOfWhichNothingWasReadHasAnEmptyAccount() {
        assertThat(accounts.of("run")).isEqualTo(DatasetAccount.EMPTY);
    }

    @Test
    void theLastAccountOfEachSplitCounts() {
        accounts.put("run", TRAINING, 9, account(1));
        accounts.put("run", TRAINING, 10, account(2));
        accounts.put("run", EVALUATION, 11, account(1));
        accounts.put("other", TRAINING, 12, account(7));

        assertThat(accounts.of("run")).isEqualTo(account(3));
    }

    @Test
    void whoeverReadsAShardAgainCountsOnFromTheOnesInFrontOfIt() {
        accounts.put("run", TRAINING, 9, account(1));
        accounts.put("run", TRAINING, 10, account(2));

        assertThat(accounts.before("run", TRAINING, 10)).isEqualTo(account(1));
        assertThat(accounts.before("run", TRAINING, 9)).isEqualTo(DatasetAccount.EMPTY);
        assertThat(accounts.before("run", TRAINING, Long.MAX_VALUE)).isEqualTo(account(2));
    }

    @Test
    void aMessageThatNobodyReadsCountsOnceAsAShardThatIsLeftOut() {
        accounts.put("run", TRAINING, 9, account(1));
        accounts.refuse("run", reason(20));
        accounts.refuse("run", reason(20));
        accounts.refuse("run", reason(21));

        assertThat(accounts.of("run").text()).isEqualTo("2 of 3 shards");
        assertThat(accounts.of("run").reasons()).containsExactly(reason(20), reason(21));
    }
}
