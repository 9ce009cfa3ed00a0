package org.lexicographer.dictionary.exchange.folder;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.dictionary.DictionaryException;

/**
 * The files of a folder.
 *
 * @param path where the folder lay, with slashes, as far as that is known: some tools name it after
 *     the site
 * @param contents what they hold by name, each from its buffer's position to its limit
 * @param maxUnpackedBytes the most that a compressed file among them may be unpacked to
 */
public record FolderFiles(String path, Map<String, ByteBuffer> contents, long maxUnpackedBytes) {

    /** Creates files of which as much is unpacked as weights can have been packed into them. */
    public FolderFiles(String path, Map<String, ByteBuffer> contents) {
        this(path, contents, Long.MAX_VALUE);
    }

    /** Copies the map. */
    public FolderFiles {
        requireNonNull(path, "path is null");
        contents = Map.copyOf(contents);
    }

    /**
     * Returns a file that must be there.
     *
     * @throws DictionaryException when it is not
     */
    public ByteBuffer get(String name) {
        return find(name)
                .orElseThrow(
                        () ->
                                new DictionaryException(
                                        "file missing: expected=%s, found=%s"
                                                .formatted(name, contents.keySet())));
    }

    /** Returns a file, if it is there. */
    public Optional<ByteBuffer> find(String name) {
        return Optional.ofNullable(contents.get(name)).map(ByteBuffer::duplicate);
    }
}
