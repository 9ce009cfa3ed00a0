package org.lexicographer.pipeline.block;

/**
 * A place in a run's dataset: the next token that no token block holds yet.
 *
 * @param shardOffset the offset, in its topic partition, of the shard that the token lies in
 * @param document the number of the document within its shard, from 0
 * @param token the number of the token within its document, from 0
 */
public record DatasetPosition(long shardOffset, long document, long token) {

    /** The start of every dataset. */
    public static final DatasetPosition START = new DatasetPosition(0, 0, 0);

    /** Checks the components. */
    public DatasetPosition {
        if (shardOffset < 0 || document < 0 || token < 0) {
            throw new IllegalArgumentException(
                    "dataset position negative: shardOffset=%d, document=%d, token=%d"
                            .formatted(shardOffset, document, token));
        }
    }
}
