package org.lexicographer.pipeline.account;

import java.util.Comparator;
import java.util.Optional;
import org.lexicographer.pipeline.Checks;

/**
 * Why something of a dataset was left out.
 *
 * @param shardOffset the offset, in its topic partition, of the shard's message
 * @param uri the shard's address
 * @param line the number of the line, from 1, where one is to blame
 * @param reason the rule that it breaks, then expected and found values
 */
public record LeftOutReason(long shardOffset, String uri, Optional<Long> line, String reason)
        implements Comparable<LeftOutReason> {

    private static final Comparator<LeftOutReason> STREAM_ORDER =
            Comparator.comparingLong(LeftOutReason::shardOffset)
                    .thenComparing(why -> why.line().orElse(Long.MAX_VALUE));

    /** Checks the components. */
    public LeftOutReason {
        new Checks()
                .notNegative("shardOffset", shardOffset)
                .present("uri", uri)
                .present("line", line)
                .present("reason", reason)
                .end();
    }

    /** Orders reasons as the stream is read; what concerns a whole shard comes after its lines. */
    @Override
    public int compareTo(LeftOutReason other) {
        return STREAM_ORDER.compare(this, other);
    }

    /** Returns the reason with the place, for people to read. */
    public String text() {
        return line.map(number -> uri + ", line " + number).orElse(uri) + ": " + reason;
    }
}
