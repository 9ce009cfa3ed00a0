package org.lexicographer.tokenizer.huggingface;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.source.SourceUri;
import org.lexicographer.pipeline.source.SourceUri.LocalFile;
import org.lexicographer.pipeline.source.SourceUri.StoredObject;

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
        return switch (SourceUri.parse(uri.endsWith("/") ? uri : uri + "/")) {
            case StoredObject prefix -> new InStore(store.inBucket(prefix.bucket()), prefix.key());
            case LocalFile folder when localFilesAllowed -> new Local(folder.path());
            case LocalFile folder ->
                    throw new IllegalArgumentException(
                            "local files are not allowed here: expected=s3://bucket/prefix/,"
                                    + " found="
                                    + uri);
        };
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
