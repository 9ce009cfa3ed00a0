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
import org.lexicographer.pipeline.source.SourceUri.LocalFile;
import org.lexicographer.pipeline.source.SourceUri.StoredObject;

/** Fetches folders with dictionaries from a hub, through the store, or from the store itself. */
public final class DictionarySources {

    private static final String FROM = "from";
    private static final String NO_ADDRESS = "not an address of a dictionary";
    private static final String ADDRESSES = "hf://owner/name@revision/path or s3://bucket/folder/";

    private final HubSources hub;
    private final ObjectStore store;

    public DictionarySources(HubSources hub, ObjectStore store) {
        this.hub = requireNonNull(hub, "hub is null");
        this.store = requireNonNull(store, "store is null");
    }

    /**
     * Returns the folder of an address, or of the file that it names.
     *
     * @param uri {@code hf://owner/name@revision/path} or {@code s3://bucket/folder/}
     * @param maxBytes the most that its files may have, in all
     * @throws InvalidFieldsException when there is none, or the hub does not give it
     * @throws TooLargeException when it has more
     * @throws org.lexicographer.objectstore.RetryableObjectStoreException when hub or store is away
     */
    public UploadedFolder fetch(String uri, long maxBytes) {
        try {
            return switch (address(uri)) {
                case HubPath named -> ofHub(folder(hub.pinned(named)), maxBytes);
                case StoredObject named -> ofStore(named, maxBytes);
                case LocalFile file ->
                        throw new InvalidFieldsException(
                                FieldError.of(FROM, NO_ADDRESS, ADDRESSES, file.toString()));
            };
        } catch (RefusedObjectStoreException e) {
            throw new InvalidFieldsException(FieldError.of(FROM, e.getMessage()));
        }
    }

    private UploadedFolder ofHub(HubPath path, long maxBytes) {
        StoredObject prefix = hub.folder(path, tree -> files(tree, path, maxBytes));
        return copy(path.repository() + "/" + path.path(), prefix, maxBytes);
    }

    private UploadedFolder ofStore(StoredObject named, long maxBytes) {
        String key = named.key();
        String folder = FolderFormat.folderOf(key).orElse(key.replaceFirst("/+$", ""));
        if (folder.isEmpty()) {
            throw new InvalidFieldsException(
                    FieldError.of(FROM, NO_ADDRESS, ADDRESSES, named.toString()));
        }
        StoredObject prefix = new StoredObject(named.bucket(), folder + "/");
        Map<String, Long> files = stored(prefix);
        if (FolderFormat.recognise(files.keySet()).isEmpty()) {
            throw new InvalidFieldsException(
                    FieldError.of(
                            FROM, "no dictionary", "files of a format", files.keySet().toString()));
        }
        checkSize(files.values().stream().mapToLong(Long::longValue).sum(), maxBytes);
        return copy(named.bucket() + "/" + folder, prefix, maxBytes);
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

    private static SourceUri address(String uri) {
        try {
            return SourceUri.parse(uri);
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
        checkSize(files.stream().mapToLong(HubFile::size).sum(), maxBytes);
        return files;
    }

    private static void checkSize(long bytes, long maxBytes) {
        if (bytes > maxBytes) {
            throw new TooLargeException(
                    "dictionary too large: most=%d bytes, found=%d".formatted(maxBytes, bytes));
        }
    }

    private static boolean isOf(HubPath path, Optional<String> folder) {
        return folder.filter(path.path()::equals).isPresent();
    }

    private static String name(HubPath path, String file) {
        return path.path().isEmpty() ? file : file.substring(path.path().length() + 1);
    }

    /** Returns the sizes of the files of formats that lie under a prefix, by their paths. */
    private Map<String, Long> stored(StoredObject prefix) {
        Map<String, Long> files = new LinkedHashMap<>();
        try (Stream<ObjectStat> listed = store.inBucket(prefix.bucket()).list(prefix.key())) {
            listed.forEach(
                    object -> {
                        String name = object.key().substring(prefix.key().length());
                        if (FolderFormat.folderOf(name).equals(Optional.of(""))) {
                            files.put(name, object.size());
                        }
                    });
        }
        return files;
    }

    private UploadedFolder copy(String name, StoredObject prefix, long maxBytes) {
        Map<String, InputStream> files = new LinkedHashMap<>();
        try {
            stored(prefix).keySet().forEach(file -> files.put(file, open(prefix, file)));
            return UploadedFolder.copy(name, files, maxBytes);
        } catch (IOException e) {
            throw new UncheckedIOException("stored dictionary not readable", e);
        } finally {
            files.values().forEach(DictionarySources::close);
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
