package org.lexicographer.languagemodel.folder;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.lexicographer.languagemodel.hub.HubSources;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.objectstore.hub.HubTree;
import org.lexicographer.pipeline.source.SourceUri.HubPath;
import org.lexicographer.pipeline.source.SourceUri.LocalFile;
import org.lexicographer.pipeline.source.SourceUri.StoredObject;

/** The small files of a language model, such as its tokenizer: read whole, without its weights. */
public interface ModelFiles {

    /** The largest file that is read, in bytes; known tokenizers have a third of it. */
    long MAX_BYTES = 100_000_000;

    /**
     * Returns the content of a file, or empty when there is none of that name.
     *
     * @throws InvalidModelException when it can't be read, or is larger than {@link #MAX_BYTES}
     * @throws org.lexicographer.objectstore.RetryableObjectStoreException when the store is away
     */
    Optional<byte[]> file(String name);

    /** Returns what to call a file in a message. */
    default String nameOf(String name) {
        return name;
    }

    /**
     * Opens a folder where it is.
     *
     * @param uri {@code s3://bucket/prefix/}, {@code hf://owner/name@commit} or {@code
     *     file:/folder}
     * @throws InvalidModelException when the address is not one, or not allowed here
     */
    static ModelFiles of(String uri, ObjectStore store, boolean localFilesAllowed, HubSources hub) {
        return switch (ModelAddress.parse(uri)) {
            case StoredObject prefix -> inStore(store, prefix);
            case HubPath path ->
                    hub.storedModel(path)
                            .map(prefix -> inStore(store, prefix))
                            .orElseGet(() -> new OnHub(hub.tree(path)));
            case LocalFile folder -> new Local(ModelAddress.local(folder, localFilesAllowed, uri));
        };
    }

    private static ModelFiles inStore(ObjectStore store, StoredObject prefix) {
        return new InStore(store.inBucket(prefix.bucket()), prefix.key());
    }

    private static void checkSize(String name, long bytes) {
        if (bytes > MAX_BYTES) {
            throw new InvalidModelException(
                    "model file too large: most=%d bytes, found=%d, file=%s"
                            .formatted(MAX_BYTES, bytes, name));
        }
    }

    /**
     * A folder in the object store.
     *
     * @param store the bucket
     * @param prefix the folder's prefix, ending in a slash
     */
    record InStore(ObjectStore store, String prefix) implements ModelFiles {

        public InStore {
            requireNonNull(store, "store is null");
            requireNonNull(prefix, "prefix is null");
        }

        @Override
        public Optional<byte[]> file(String name) {
            try {
                Optional<ObjectStat> stat = store.stat(prefix + name);
                stat.ifPresent(found -> checkSize(nameOf(name), found.size()));
                return stat.isEmpty() ? Optional.empty() : Optional.of(store.bytes(prefix + name));
            } catch (ObjectNotFoundException e) {
                return Optional.empty();
            } catch (RefusedObjectStoreException e) {
                throw new InvalidModelException(
                        "model file not readable: reason=%s, file=%s"
                                .formatted(e.getMessage(), nameOf(name)),
                        e);
            }
        }

        @Override
        public String nameOf(String name) {
            return "s3://" + store.bucket() + "/" + prefix + name;
        }
    }

    /**
     * A repository of the hub, whose model has not been fetched.
     *
     * @param tree what it holds
     */
    record OnHub(HubTree tree) implements ModelFiles {

        public OnHub {
            requireNonNull(tree, "tree is null");
        }

        @Override
        public Optional<byte[]> file(String name) {
            return tree.find(name).map(file -> bytes(file.path()));
        }

        private byte[] bytes(String name) {
            try {
                return tree.bytes(name, MAX_BYTES);
            } catch (RefusedObjectStoreException e) {
                throw new InvalidModelException(
                        "model file not readable: reason=" + e.getMessage(), e);
            }
        }
    }

    /**
     * A folder of this machine.
     *
     * @param folder the folder
     */
    record Local(Path folder) implements ModelFiles {

        public Local {
            requireNonNull(folder, "folder is null");
        }

        @Override
        public Optional<byte[]> file(String name) {
            Path file = folder.resolve(name);
            try {
                checkSize(nameOf(name), Files.size(file));
                return Optional.of(Files.readAllBytes(file));
            } catch (NoSuchFileException e) {
                return Optional.empty();
            } catch (IOException e) {
                throw new InvalidModelException(
                        "model file not readable: reason=%s, file=%s".formatted(e, file), e);
            }
        }

        @Override
        public String nameOf(String name) {
            return folder.resolve(name).toString();
        }
    }
}
