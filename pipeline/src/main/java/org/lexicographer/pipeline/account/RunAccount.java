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
        return text().isEmpty();
    }

    /** Returns what was left out without anybody's wish, for people to read; empty when nothing. */
    public String text() {
        List<String> losses = new ArrayList<>();
        if (!dataset.isWhole()) {
            losses.add(dataset.text());
        }
        rows.forEach(
                (site, of) -> {
                    if (of.unused() > 0) {
                        losses.add("%d of %d rows at %s".formatted(of.unused(), of.taken(), site));
                    }
                });
        return String.join(", ", losses);
    }
}
