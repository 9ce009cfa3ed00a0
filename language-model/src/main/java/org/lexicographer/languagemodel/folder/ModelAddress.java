package org.lexicographer.languagemodel.folder;

import java.nio.file.Files;
import java.nio.file.Path;
import org.lexicographer.pipeline.source.SourceUri;
import org.lexicographer.pipeline.source.SourceUri.LocalFile;

/** Reads the addresses of model folders; what is wrong with one is final. */
final class ModelAddress {

    private ModelAddress() {}

    /** The last slash of a prefix may be left out. */
    static SourceUri parse(String uri) {
        try {
            boolean cut = uri.startsWith("s3:") && !uri.endsWith("/");
            return SourceUri.parse(cut ? uri + "/" : uri);
        } catch (IllegalArgumentException e) {
            throw new InvalidModelException(
                    "language model not readable: uri=%s, reason=%s".formatted(uri, e.getMessage()),
                    e);
        }
    }

    /** Returns a folder of this machine, which must be there, and allowed to be read. */
    static Path local(LocalFile folder, boolean allowed, String uri) {
        if (!allowed) {
            throw new InvalidModelException(
                    "local language models are not allowed here: local-files.allowed=false, uri="
                            + uri);
        }
        if (!Files.isDirectory(folder.path())) {
            throw new InvalidModelException("no such language model: uri=" + uri);
        }
        return folder.path();
    }
}
