package org.lexicographer.tokenizer.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The documents of an open shard, in order; for use by one thread. */
public abstract sealed class ShardDocuments implements AutoCloseable
        permits JsonLinesDocuments, PlainTextDocument {

    private static final Logger LOG = LoggerFactory.getLogger(ShardDocuments.class);

    private final InputStream content;

    ShardDocuments(InputStream content) {
        this.content = content;
    }

    /**
     * Returns the next document, part of a document or unusable line; empty at the shard's end.
     *
     * @throws UnreadableShardException when the rest of the shard cannot be read
     * @throws RetryableObjectStoreException when the store is out of reach
     */
    public final Optional<ShardEntry> next() {
        try {
            return read();
        } catch (IOException e) {
            throw failure(e, nextLine());
        }
    }

    abstract Optional<ShardEntry> read() throws IOException;

    /** Returns the number of the line that is read next, from 1. */
    abstract long nextLine();

    /** An outage of the store is not the shard's fault; everything else is. */
    static RuntimeException failure(IOException e, long line) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof RetryableObjectStoreException outage) {
                return outage;
            }
        }
        return new UnreadableShardException(
                "shard content not readable: reason=" + e.getMessage(), line, e);
    }

    @Override
    public final void close() {
        try {
            content.close();
        } catch (IOException e) {
            LOG.debug("shard content does not close", e);
        }
    }
}
