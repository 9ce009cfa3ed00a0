package org.lexicographer.tokenizer.dataset;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;

/** Opens shards for reading their documents. */
public final class DatasetReader {

    private final ShardOpener opener;

    /** Creates a reader of what the opener opens. */
    public DatasetReader(ShardOpener opener) {
        this.opener = requireNonNull(opener, "opener is null");
    }

    /**
     * Opens a shard; the caller closes the result.
     *
     * @param textField the field of a JSON document that holds its text
     * @throws UnreadableShardException when the shard cannot be opened
     * @throws org.lexicographer.objectstore.RetryableObjectStoreException when the store is out of
     *     reach
     */
    public ShardDocuments open(String uri, String textField) {
        ShardFormat format = formatOf(uri);
        InputStream content = decompressed(opener.open(uri), format.compression());
        return switch (format.documents()) {
            case JSON_LINES -> new JsonLinesDocuments(content, textField);
            case PLAIN_TEXT -> new PlainTextDocument(content);
        };
    }

    private static ShardFormat formatOf(String uri) {
        try {
            return ShardFormat.of(uri);
        } catch (IllegalArgumentException e) {
            throw new UnreadableShardException(e.getMessage(), e);
        }
    }

    private static InputStream decompressed(InputStream file, Compression compression) {
        try {
            return compression.open(file);
        } catch (IOException e) {
            closeBecause(e, file);
            throw ShardDocuments.failure(e, 1);
        }
    }

    private static void closeBecause(IOException e, InputStream file) {
        try {
            file.close();
        } catch (IOException onClose) {
            e.addSuppressed(onClose);
        }
    }
}
