package org.lexicographer.pipeline.account;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;

/**
 * What became of the shards of one split, from the first one on to some place in the stream.
 *
 * @param shards shards that were read, whole or in part
 * @param documents documents that were taken from them
 * @param leftOutShards shards of which nothing could be used
 * @param cutShards shards of which the rest could not be used from some place on
 * @param leftOutDocuments documents that could not be used, as far as they can be counted: what
 *     lies in a shard that cannot be read is not
 * @param leftOutLines lines that could not be used
 * @param droppedTokens tokens of documents that had contexts of their own and ended within one;
 *     absent where there are none
 * @param reasons why, the first {@value #MOST_REASONS} in the order of the stream
 */
public record DatasetAccount(
        long shards,
        long documents,
        long leftOutShards,
        long cutShards,
        long leftOutDocuments,
        long leftOutLines,
        Optional<Long> droppedTokens,
        List<LeftOutReason> reasons) {

    /** How many reasons are kept. */
    public static final int MOST_REASONS = 10;

    /** Nothing was read yet. */
    public static final DatasetAccount EMPTY = new DatasetAccount(0, 0, 0, 0, 0, 0, List.of());

    /** Checks the counts. */
    public DatasetAccount {
        new Checks()
                .notNegative("shards", shards)
                .notNegative("documents", documents)
                .notNegative("leftOutShards", leftOutShards)
                .notNegative("cutShards", cutShards)
                .notNegative("leftOutDocuments", leftOutDocuments)
                .notNegative("leftOutLines", leftOutLines)
                .present("droppedTokens", droppedTokens)
                .present("reasons", reasons)
                .end();
        droppedTokens = droppedTokens.filter(count -> count != 0);
        new Checks().notNegative("droppedTokens", droppedTokens.orElse(0L)).end();
        reasons = List.copyOf(reasons);
    }

    /** Creates the account of shards of which no token was dropped. */
    public DatasetAccount(
            long shards,
            long documents,
            long leftOutShards,
            long cutShards,
            long leftOutDocuments,
            long leftOutLines,
            List<LeftOutReason> reasons) {
        this(
                shards,
                documents,
                leftOutShards,
                cutShards,
                leftOutDocuments,
                leftOutLines,
                Optional.empty(),
                reasons);
    }

    /**
     * Reads an account.
     *
     * @throws InvalidFieldsException when it is none, naming every wrong field
     */
    public static DatasetAccount read(byte[] json) {
        return Json.read(json, DatasetAccount.class);
    }

    /** Writes the account. */
    public byte[] toJson() {
        return Json.write(this);
    }

    /** Returns how many tokens were dropped. */
    private long dropped() {
        return droppedTokens.orElse(0L);
    }

    /** Tells whether nothing was left out. */
    @JsonIgnore
    public boolean isWhole() {
        return leftOutShards + cutShards + leftOutDocuments + leftOutLines + dropped() == 0;
    }

    /** Returns what was left out, for people to read; empty when nothing was. */
    public String text() {
        List<String> losses = new ArrayList<>();
        add(losses, leftOutShards, shards + leftOutShards, "shards");
        add(losses, cutShards, shards, "shards from some place on");
        add(losses, leftOutDocuments, documents + leftOutDocuments, "documents");
        droppedTokens.ifPresent(
                count ->
                        losses.add(
                                "%d tokens after documents' last full contexts".formatted(count)));
        return String.join(", ", losses);
    }

    private static void add(List<String> losses, long leftOut, long of, String what) {
        if (leftOut > 0) {
            losses.add("%d of %d %s".formatted(leftOut, of, what));
        }
    }

    /** Returns the account of both; the reasons are those that come first in the stream. */
    public DatasetAccount plus(DatasetAccount other) {
        return new DatasetAccount(
                shards + other.shards,
                documents + other.documents,
                leftOutShards + other.leftOutShards,
                cutShards + other.cutShards,
                leftOutDocuments + other.leftOutDocuments,
                leftOutLines + other.leftOutLines,
                Optional.of(dropped() + other.dropped()),
                Stream.concat(reasons.stream(), other.reasons.stream())
                        .sorted()
                        .limit(MOST_REASONS)
                        .toList());
    }
}
