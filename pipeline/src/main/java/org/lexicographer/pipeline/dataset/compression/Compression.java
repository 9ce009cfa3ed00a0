package org.lexicographer.pipeline.dataset.compression;

import java.io.IOException;
import java.io.InputStream;
import java.util.stream.Stream;

/** How a file was compressed, as the end of its name says. */
public enum Compression {
    /** Nothing was done. */
    NONE("") {
        @Override
        public InputStream open(InputStream file, long maxWindowBytes) {
            return file;
        }
    },
    /** gzip, RFC 1952. */
    GZIP(".gz") {
        @Override
        public InputStream open(InputStream file, long maxWindowBytes) throws IOException {
            return new GzipMembers(file);
        }
    },
    /** Zstandard, RFC 8878. */
    ZSTD(".zst") {
        @Override
        public InputStream open(InputStream file, long maxWindowBytes) throws IOException {
            return new ZstdContent(file, maxWindowBytes);
        }
    };

    private final String ending;

    Compression(String ending) {
        this.ending = ending;
    }

    /** Returns the compression of a file by its name in lower case. */
    public static Compression of(String name) {
        return Stream.of(GZIP, ZSTD).filter(c -> name.endsWith(c.ending)).findFirst().orElse(NONE);
    }

    /** Returns the name that the file had before it was compressed. */
    public String strip(String name) {
        return name.substring(0, name.length() - ending.length());
    }

    /**
     * Returns the decompressed content; closing it closes the file.
     *
     * @param maxWindowBytes how far back a zstd frame may refer, and so the memory that it may take
     * @throws IOException when the file does not begin as one that was compressed so
     */
    public abstract InputStream open(InputStream file, long maxWindowBytes) throws IOException;
}
