package org.lexicographer.tokenizer.shard;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lexicographer.pipeline.Quotes;
import org.lexicographer.pipeline.account.DatasetAccount;
import org.lexicographer.pipeline.account.LeftOutReason;

/** Counts what becomes of one shard, from its start to where its reading has come. */
public final class ShardTally {

    private static final int LONGEST_REASON = 500;

    private final long offset;
    private final String uri;
    private final List<LeftOutReason> reasons = new ArrayList<>();
    private long documents;
    private long lines;
    private long droppedTokens;
    private boolean begun;
    private boolean broken;

    public ShardTally(long offset, String uri) {
        this.offset = offset;
        this.uri = uri;
    }

    /** Counts a part of a document; a document counts as soon as all of it was taken. */
    public void part(boolean last) {
        begun = true;
        documents += last ? 1 : 0;
    }

    /** Counts a line that cannot be used. */
    void line(long line, String reason) {
        lines++;
        because(Optional.of(line), reason);
    }

    /** Counts tokens after a document's last full context. */
    public void drop(long tokens) {
        droppedTokens += tokens;
    }

    /** Counts the shard, or the rest of it, as not usable. */
    public void rest(Optional<Long> line, String reason) {
        broken = true;
        because(line, reason);
    }

    private void because(Optional<Long> line, String reason) {
        if (reasons.size() < DatasetAccount.MOST_REASONS) {
            reasons.add(
                    new LeftOutReason(
                            offset,
                            Quotes.shortened(uri, LONGEST_REASON),
                            line,
                            Quotes.shortened(reason, LONGEST_REASON)));
        }
    }

    public long offset() {
        return offset;
    }

    public DatasetAccount account() {
        boolean leftOut = !begun && (broken || lines > 0);
        return new DatasetAccount(
                leftOut ? 0 : 1,
                documents,
                leftOut ? 1 : 0,
                broken && !leftOut ? 1 : 0,
                lines,
                lines,
                Optional.of(droppedTokens),
                reasons);
    }
}
