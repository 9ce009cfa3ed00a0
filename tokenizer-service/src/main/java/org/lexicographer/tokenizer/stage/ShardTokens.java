package org.lexicographer.tokenizer.stage;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.lexicographer.languagemodel.tokenizer.EncodedPart;
import org.lexicographer.languagemodel.tokenizer.Packing;
import org.lexicographer.languagemodel.tokenizer.Tokenizer;
import org.lexicographer.pipeline.block.DatasetPosition;
import org.lexicographer.pipeline.dataset.DocumentReader;
import org.lexicographer.pipeline.dataset.Documents;
import org.lexicographer.pipeline.dataset.UnreadableDocumentsException;
import org.lexicographer.pipeline.dataset.fields.DocumentContent;
import org.lexicographer.tokenizer.progress.DatasetMeter;
import org.lexicographer.tokenizer.stream.DatasetEntry;

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
    Packing packing() {
        return packing;
    }

    /**
     * Reads one shard.
     *
     * @param from documents before this position were read before; nothing of them is reported
     *     again, and they are encoded again only where that tells how many of their tokens are
     *     dropped
     * @param tally counts what becomes of the shard
     * @param sink takes the documents in order and tells whether it wants more
     */
    void read(
            DatasetEntry entry,
            String uri,
            DatasetPosition from,
            ShardTally tally,
            Predicate<EncodedPart> sink) {
        long firstDocument = entry.offset() == from.shardOffset() ? from.document() : 0;
        rejected.shard(entry, uri, rejections -> read(uri, firstDocument, rejections, tally, sink));
    }

    private void read(
            String uri,
            long firstDocument,
            ShardRejections rejections,
            ShardTally tally,
            Predicate<EncodedPart> sink) {
        try (OrderedEncoder encoder = new OrderedEncoder(tokenizer, pool, window)) {
            Predicate<EncodedPart> metered =
                    part -> {
                        if (part.document() >= firstDocument) {
                            meter.encoded(part);
                        }
                        return sink.test(part);
                    };
            long firstEncoded = packing.isSeparate() ? 0 : firstDocument;
            ShardReading reading =
                    new ShardReading(
                            firstDocument, firstEncoded, encoder, rejections, tally, metered);
            readAll(uri, reading);
        }
        rejections.end();
    }

    /** Sets a whole shard aside. */
    void reject(DatasetEntry entry, String uri, ShardTally tally, String reason) {
        tally.rest(Optional.empty(), reason);
        rejected.shard(entry, uri, rejections -> rejections.rest(Optional.empty(), reason));
    }

    private void readAll(String uri, ShardReading reading) {
        try (Documents documents = reader.open(uri, content)) {
            reading.read(documents);
            reading.end();
        } catch (UnreadableDocumentsException e) {
            reading.end();
            reading.reject(e.line(), e.getMessage());
        }
    }
}
