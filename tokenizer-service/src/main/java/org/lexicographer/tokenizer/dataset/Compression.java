package org.lexicographer.tokenizer.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.util.stream.Stream;

/**
 * How a shard was compressed. Files of several gzip members or zstd frames are read to their end;
 * what is cut off or follows the last one is an error.
 */
public enum Compression {
    /** Nothing was done. */
    NONE("") {
        @Override
        InputStream open(InputStream file) {
            return file;
        }
    },
    /** gzip, RFC 1952. */
    GZIP(".gz") {
        @Override
        InputStream open(InputStream file) throws IOException {
            return new GzipMembers(file);
        }
    },
    /** Zstandard, RFC 8878. */
    ZSTD(".zst") {
        @Override
        InputStream open(InputStream file) {
            return new ZstdFrames(file);
        }
    };

    private final String ending;

    Compression(String ending) {
        this.ending = ending;
    }

    static Compression of(String name) {
        return Stream.of(GZIP, ZSTD).filter(c -> name.endsWith(c.ending)).findFirst().orElse(NONE);
    }

    String strip(String name) {
        return name.substring(0, name.length() - ending.length());
    }

    /** Returns the decompressed content; closing it closes the file. */
    abstract InputStream open(InputStream file) throws IOException;
}
