package org.lexicographer.tokenizer.shard;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.concurrent.Executor;
import org.lexicographer.languagemodel.tokenizer.Packing;
import org.lexicographer.languagemodel.tokenizer.Tokenizer;
import org.lexicographer.pipeline.block.DatasetPosition;
import org.lexicographer.pipeline.dataset.DocumentReader;
import org.lexicographer.pipeline.dataset.fields.DocumentContent;
import org.lexicographer.tokenizer.progress.DatasetMeter;
import org.lexicographer.tokenizer.stream.DatasetEntry;
import org.lexicographer.tokenizer.stream.StopSignal;

/**
 * Reads shards and encodes their documents. What cannot be used is reported, and reading continues
 * after it: with the next line, or, when the rest of the shard is lost, with the next shard.
 */
public final class ShardTokens {

    private final DocumentReader reader;
    private final DocumentContent content;
    private final Tokenizer tokenizer;
    private final Packing packing;
    private final Executor pool;
    private final int window;
    private final RejectionLog rejected;
    private final DatasetMeter meter;

    /**
     * Creates a reader of shards.
     *
     * @param content what of a record is a document
     * @param packing how the documents are packed
     * @param pool runs the encoding
     * @param window how many parts of documents may wait or be under way at a time
     * @param rejected takes what cannot be used
     */
    public ShardTokens(
            DocumentReader reader,
            DocumentContent content,
            Tokenizer tokenizer,
            Packing packing,
            Executor pool,
            int window,
            RejectionLog rejected,
            DatasetMeter meter) {
        this.reader = requireNonNull(reader, "reader is null");
        this.content = requireNonNull(content, "content is null");
        this.tokenizer = requireNonNull(tokenizer, "tokenizer is null");
        this.packing = requireNonNull(packing, "packing is null");
        this.pool = requireNonNull(pool, "pool is null");
        this.window = window;
        this.rejected = requireNonNull(rejected, "rejected is null");
        this.meter = requireNonNull(meter, "meter is null");
    }

    /** Returns how the documents are packed. */
    public Packing packing() {
        return packing;
    }

    /**
     * Starts to read one shard.
     *
     * @param from documents before this position were read before; nothing of them is reported
     *     again, and they are encoded again only where that tells how many of their tokens are
     *     dropped
     * @param tally counts what becomes of the shard
     * @param stop ends the reading
     */
    public ShardReading open(
            DatasetEntry entry,
            String uri,
            DatasetPosition from,
            ShardTally tally,
            StopSignal stop) {
        long firstDocument = entry.offset() == from.shardOffset() ? from.document() : 0;
        return new ShardReading(
                firstDocument,
                packing.isSeparate() ? 0 : firstDocument,
                () -> reader.open(uri, content),
                new OrderedEncoder(tokenizer, pool, window),
                rejected.of(entry, uri),
                meter,
                tally,
                stop);
    }

    /** Sets a whole shard aside. */
    public void reject(DatasetEntry entry, String uri, String reason) {
        rejected.of(entry, uri).rest(Optional.empty(), reason);
    }

    /** Sets a message aside that names no shard. */
    public void reject(DatasetEntry entry, String reason) {
        rejected.reject(entry, reason);
    }
}
