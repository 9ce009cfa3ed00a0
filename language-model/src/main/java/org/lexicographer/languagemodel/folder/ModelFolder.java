package org.lexicographer.languagemodel.folder;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * A language model's folder on this machine.
 *
 * @param path the folder
 * @param content a digest of the files' content: the same for the same model only, wherever it lies
 */
public record ModelFolder(Path path, String content) {

    public ModelFolder {
        requireNonNull(path, "path is null");
        requireNonNull(content, "content is null");
    }

    public ModelFiles files() {
        return new ModelFiles.Local(path);
    }
}
