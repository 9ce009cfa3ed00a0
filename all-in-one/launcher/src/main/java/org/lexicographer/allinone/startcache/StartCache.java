package org.lexicographer.allinone.startcache;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * The start cache of one program, which fits what it was made for and nothing else: beside it lies
 * the key of that. A JVM that is given one that it cannot use starts without it.
 *
 * @param file where the cache is, or is to be
 * @param key what it is to fit
 */
record StartCache(Path file, String key) {

    /** Tells whether the cache is there and fits. */
    boolean fits() {
        try {
            return Files.exists(file) && Files.readString(keyFile()).equals(key);
        } catch (IOException notThere) {
            return false;
        }
    }

    /** Returns the options with which a JVM takes what it needs from the cache, if it fits. */
    List<String> use() {
        return fits() ? List.of("-XX:AOTCache=" + file) : List.of();
    }

    /** Returns the options with which a JVM makes the cache when it ends. */
    List<String> make() {
        return List.of("-XX:AOTCacheOutput=" + part());
    }

    /**
     * Lets the cache count that a JVM has made.
     *
     * @throws NoSuchFileException when it has not
     */
    void keep() throws IOException {
        Files.deleteIfExists(keyFile());
        Files.move(part(), file, StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(keyFile(), key);
    }

    /** What a JVM that was killed leaves is no cache. */
    private Path part() {
        return file.resolveSibling(file.getFileName() + ".part");
    }

    private Path keyFile() {
        return file.resolveSibling(file.getFileName() + ".key");
    }
}
