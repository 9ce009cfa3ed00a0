package org.lexicographer.pipeline.account;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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

    /** Checks that nothing is absent. */
    public RunAccount {
        new Checks().present("dataset", dataset).present("rows", rows).end();
        rows = Collections.unmodifiableMap(new TreeMap<>(rows));
    }

    /** Tells whether nothing was left out but what the run's own filters leave out. */
    @JsonIgnore
    public boolean isWhole() {
        return losses().isEmpty();
    }

    /** Returns what was left out without anybody's wish, for people to read; empty when nothing. */
    public String text() {
        return String.join(", ", losses());
    }

    private List<String> losses() {
        List<String> losses = new ArrayList<>();
        add(losses, dataset.leftOutShards(), dataset.shards() + dataset.leftOutShards(), "shards");
        add(losses, dataset.cutShards(), dataset.shards(), "shards from some place on");
        long documents = dataset.documents() + dataset.leftOutDocuments();
        add(losses, dataset.leftOutDocuments(), documents, "documents");
        rows.forEach((site, of) -> add(losses, of.unused(), of.taken(), "rows at " + site));
        return losses;
    }

    private static void add(List<String> losses, long leftOut, long of, String what) {
        if (leftOut > 0) {
            losses.add("%d of %d %s".formatted(leftOut, of, what));
        }
    }
}
