package org.lexicographer.tokenizer.huggingface;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.ObjectUri;

/** The files of a language model: objects under a prefix, or local files where allowed. */
public interface ModelFolder {

    /** Returns the content of a file, or empty when there is none of that name. */
    Optional<byte[]> file(String name);

    /**
     * Opens a folder.
     *
     * @param uri {@code s3://bucket/prefix/} or {@code file:/folder}
     * @throws IllegalArgumentException when the address is not one, or not allowed here
     */
    static ModelFolder of(String uri, ObjectStore store, boolean localFilesAllowed) {
        if (ObjectUri.isObjectUri(uri)) {
            ObjectUri address = ObjectUri.parse(uri.endsWith("/") ? uri : uri + "/");
            return new InStore(store.inBucket(address.bucket()), address.key());
        }
        if (!localFilesAllowed) {
            throw new IllegalArgumentException(
                    "local files are not allowed here: expected=s3://bucket/prefix/, found=" + uri);
        }
        return new Local(Path.of(URI.create(uri)));
    }

    /**
     * A folder in the object store.
     *
     * @param store the bucket
     * @param prefix the folder's prefix, ending in a slash
     */
    record InStore(ObjectStore store, String prefix) implements ModelFolder {

        /** Checks that nothing is absent. */
        public InStore {
            requireNonNull(store, "store is null");
            requireNonNull(prefix, "prefix is null");
        }

        @Override
        public Optional<byte[]> file(String name) {
            try {
                return Optional.of(store.bytes(prefix + name));
            } catch (ObjectNotFoundException e) {
                return Optional.empty();
            }
        }
    }

    /**
     * A folder of this machine.
     *
     * @param folder the folder
     */
    record Local(Path folder) implements ModelFolder {

        /** Checks that nothing is absent. */
        public Local {
            requireNonNull(folder, "folder is null");
        }

        @Override
        public Optional<byte[]> file(String name) {
            try {
                return Optional.of(Files.readAllBytes(folder.resolve(name)));
            } catch (NoSuchFileException e) {
                return Optional.empty();
            } catch (IOException e) {
                throw new UncheckedIOException("model file not readable: file=" + name, e);
            }
        }
    }
}
