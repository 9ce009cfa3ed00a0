package org.lexicographer.eval.exchange;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.lexicographer.dictionary.exchange.FolderFormat;
import org.lexicographer.languagemodel.hub.HubSources;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.objectstore.hub.HubFile;
import org.lexicographer.objectstore.hub.HubTree;
import org.lexicographer.pipeline.BrokenRuleException;
import org.lexicographer.pipeline.FieldError;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.source.SourceUri;
import org.lexicographer.pipeline.source.SourceUri.HubPath;
import org.lexicographer.pipeline.source.SourceUri.StoredObject;

/** Fetches folders with dictionaries from a hub, through the store. */
public final class HubDictionaries {

    private static final String FROM = "from";

    private final HubSources hub;
    private final ObjectStore store;

    public HubDictionaries(HubSources hub, ObjectStore store) {
        this.hub = requireNonNull(hub, "hub is null");
        this.store = requireNonNull(store, "store is null");
    }

    /**
     * Returns the folder of an address, or of the file that it names.
     *
     * @param uri {@code hf://owner/name@revision/path}
     * @param maxBytes the most that its files may have, in all
     * @throws InvalidFieldsException when there is none, or the hub does not give it
     * @throws TooLargeException when it has more
     * @throws org.lexicographer.objectstore.RetryableObjectStoreException when the hub is away
     */
    public UploadedFolder fetch(String uri, long maxBytes) {
        try {
            HubPath path = folder(hub.pinned(address(uri)));
            StoredObject prefix = hub.folder(path, tree -> files(tree, path, maxBytes));
            return copy(path, prefix, maxBytes);
        } catch (RefusedObjectStoreException e) {
            throw new InvalidFieldsException(FieldError.of(FROM, e.getMessage()));
        }
    }

    /**
     * Returns the address of a language model at the commit that its revision means now.
     *
     * @throws InvalidFieldsException when the hub has no such model
     */
    public ImportRequest pinned(ImportRequest request) {
        return request.languageModel()
                .map(SourceUri::parse)
                .filter(HubPath.class::isInstance)
                .map(HubPath.class::cast)
                .filter(path -> !path.isPinned())
                .map(path -> request.withLanguageModel(commit(path), revision(request, path)))
                .orElse(request);
    }

    private static Optional<String> revision(ImportRequest request, HubPath path) {
        return request.revision().or(() -> Optional.of(path.revision()));
    }

    private String commit(HubPath model) {
        try {
            return hub.pinned(model).toString();
        } catch (RefusedObjectStoreException e) {
            throw new InvalidFieldsException(FieldError.of("languageModel", e.getMessage()));
        }
    }

    private static HubPath address(String uri) {
        try {
            if (SourceUri.parse(uri) instanceof HubPath path) {
                return path;
            }
            throw new BrokenRuleException(
                    "not an address of the hub", "hf://owner/name@revision/path", uri);
        } catch (IllegalArgumentException e) {
            throw new InvalidFieldsException(BrokenRuleException.in(FROM, e));
        }
    }

    /** A file of a format stands for the folder that it lies in. */
    private static HubPath folder(HubPath path) {
        return FolderFormat.folderOf(path.path()).map(path::withPath).orElse(path);
    }

    private static List<HubFile> files(HubTree tree, HubPath path, long maxBytes) {
        List<HubFile> files =
                tree.files().stream()
                        .filter(file -> isOf(path, FolderFormat.folderOf(file.path())))
                        .toList();
        List<String> names = files.stream().map(file -> name(path, file.path())).toList();
        if (FolderFormat.recognise(names).isEmpty()) {
            throw tree.lacks("no dictionary: found=%s, path=%s".formatted(names, path.path()));
        }
        long bytes = files.stream().mapToLong(HubFile::size).sum();
        if (bytes > maxBytes) {
            throw new TooLargeException(
                    "dictionary too large: most=%d bytes, found=%d".formatted(maxBytes, bytes));
        }
        return files;
    }

    private static boolean isOf(HubPath path, Optional<String> folder) {
        return folder.filter(path.path()::equals).isPresent();
    }

    private static String name(HubPath path, String file) {
        return path.path().isEmpty() ? file : file.substring(path.path().length() + 1);
    }

    private UploadedFolder copy(HubPath path, StoredObject prefix, long maxBytes) {
        Map<String, InputStream> files = new LinkedHashMap<>();
        try (Stream<ObjectStat> listed = store.inBucket(prefix.bucket()).list(prefix.key())) {
            listed.map(ObjectStat::key)
                    .map(key -> key.substring(prefix.key().length()))
                    .filter(name -> isOf(path.withPath(""), FolderFormat.folderOf(name)))
                    .forEach(name -> files.put(name, open(prefix, name)));
            return UploadedFolder.copy(path.repository() + "/" + path.path(), files, maxBytes);
        } catch (IOException e) {
            throw new UncheckedIOException("stored dictionary not readable", e);
        } finally {
            files.values().forEach(HubDictionaries::close);
        }
    }

    private InputStream open(StoredObject prefix, String name) {
        return store.inBucket(prefix.bucket()).get(prefix.key() + name);
    }

    private static void close(InputStream content) {
        try {
            content.close();
        } catch (IOException e) {
            throw new UncheckedIOException("stored dictionary not closed", e);
        }
    }
}
