package org.lexicographer.tokenizer.stage;

import static java.util.Objects.requireNonNull;

import org.lexicographer.pipeline.account.DatasetAccount;
import org.lexicographer.pipeline.message.DatasetShard.Split;
import org.lexicographer.runstore.DatasetAccounts;

/**
 * Counts what becomes of the shards of one split, in their order. The account is stored after each
 * shard, so whoever resumes the run counts on from the shards that are not read again; the one that
 * is, is counted from its start.
 */
final class DatasetTally {

    private final DatasetAccounts accounts;
    private final String run;
    private final Split split;
    private DatasetAccount before;
    private ShardTally shard;

    /** Counts on from the shards whose offsets are lower than {@code from}. */
    DatasetTally(DatasetAccounts accounts, String run, Split split, long from) {
        this.accounts = requireNonNull(accounts, "accounts is null");
        this.run = requireNonNull(run, "run is null");
        this.split = requireNonNull(split, "split is null");
        this.before = accounts.before(run, split, from);
    }

    /** Begins a shard. */
    ShardTally begin(long offset, String uri) {
        before = account();
        shard = new ShardTally(offset, uri);
        return shard;
    }

    /** Stores the account up to where the reading of the last shard has come. */
    void store() {
        if (shard != null) {
            accounts.put(run, split, shard.offset(), account());
        }
    }

    /** Returns the account up to where the reading of the last shard has come. */
    DatasetAccount account() {
        return shard == null ? before : before.plus(shard.account());
    }
}
