package org.lexicographer.tokenizer.stage;

import static java.util.Objects.requireNonNull;

import org.lexicographer.pipeline.account.DatasetAccount;
import org.lexicographer.runstore.DatasetAccounts;
import org.lexicographer.tokenizer.shard.ShardTally;

/**
 * Counts what becomes of the shards of one part of a dataset, in their order. The account is stored
 * after each shard, so whoever resumes the run counts on from the shards that are not read again;
 * the one that is, is counted from its start.
 */
final class DatasetTally {

    private final DatasetAccounts accounts;
    private final String run;
    private final String part;
    private DatasetAccount before;
    private ShardTally shard;

    /** Counts on from the shards whose offsets are lower than {@code from}. */
    DatasetTally(DatasetAccounts accounts, String run, String part, long from) {
        this.accounts = requireNonNull(accounts, "accounts is null");
        this.run = requireNonNull(run, "run is null");
        this.part = requireNonNull(part, "part is null");
        this.before = accounts.before(run, part, from);
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
            accounts.put(run, part, shard.offset(), account());
        }
    }

    /** Returns the account up to where the reading of the last shard has come. */
    DatasetAccount account() {
        return shard == null ? before : before.plus(shard.account());
    }
}
