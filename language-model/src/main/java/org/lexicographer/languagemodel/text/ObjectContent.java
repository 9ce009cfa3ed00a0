package org.lexicographer.languagemodel.text;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.pipeline.source.SourceContent;

/**
 * The content of an object, of which the parts that are asked for are read and no others.
 *
 * @param store the object's bucket
 * @param key the object's key
 * @param length the number of bytes
 */
record ObjectContent(ObjectStore store, String key, long length) implements SourceContent {

    @Override
    public ByteBuffer read(long offset, int count) throws IOException {
        byte[] bytes;
        try {
            bytes = store.bytes(key, offset, count);
        } catch (ObjectNotFoundException | RefusedObjectStoreException e) {
            throw new IOException(e.getMessage(), e);
        }
        if (bytes.length != count) {
            throw new EOFException(
                    "object ends early: expected=%d bytes from %d on, found=%d, key=%s"
                            .formatted(count, offset, bytes.length, key));
        }
        return ByteBuffer.wrap(bytes);
    }

    @Override
    public void close() {
        // Each read opens and closes the object.
    }
}
