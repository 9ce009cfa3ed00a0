package org.lexicographer.pipeline.account;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.lexicographer.pipeline.Checks;

/**
 * What became of everything that a run was given.
 *
 * @param dataset its shards, documents and lines, those for training and those that are held out
 * @param rows its rows, by site
 */
public record RunAccount(DatasetAccount dataset, Map<String, RowAccount> rows) {

    public RunAccount {
        new Checks().present("dataset", dataset).present("rows", rows).end();
        rows = Collections.unmodifiableMap(new TreeMap<>(rows));
    }

    /** Tells whether no shard, document or line was left out. */
    @JsonIgnore
    public boolean isWhole() {
        return dataset.isWhole();
    }

    /** Returns what was left out of the dataset, for people to read; empty when nothing was. */
    public String text() {
        return dataset.text();
    }
}
