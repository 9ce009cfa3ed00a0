package org.lexicographer.trainer.job;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.account.RowAccount;
import org.lexicographer.pipeline.account.RunAccount;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.RunEnd;
import org.lexicographer.runstore.DatasetAccounts;
import org.lexicographer.trainer.checkpoint.CheckpointStore;

/** What became of everything that runs were given, as far as it is stored. */
public final class RunAccounts {

    private final ObjectStore objects;

    /** Reads from this store. */
    public RunAccounts(ObjectStore objects) {
        this.objects = requireNonNull(objects, "objects is null");
    }

    /**
     * Returns the account of a run; rows are those of sites that have been trained to their end.
     */
    public RunAccount of(RunSpec spec) {
        Map<String, RowAccount> rows = new TreeMap<>();
        for (Site site : spec.sites()) {
            CheckpointStore.peek(objects, spec.run(), site)
                    .rows()
                    .ifPresent(account -> rows.put(site.toString(), account));
        }
        return new RunAccount(new DatasetAccounts(objects).of(spec.run()), rows);
    }

    /** Returns the end of a run with what was left out added to its message. */
    RunEnd completed(RunSpec spec, RunEnd end) {
        RunAccount account = of(spec);
        if (account.isWhole()) {
            return end;
        }
        String leftOut = "left out: " + account.text();
        return new RunEnd(
                end.state(),
                Optional.of(end.message().map(why -> why + "; " + leftOut).orElse(leftOut)),
                end.lost());
    }
}
