package org.lexicographer.languagemodel;

import org.lexicographer.languagemodel.config.ModelConfig;
import org.lexicographer.languagemodel.family.ModelFamily;
import org.lexicographer.languagemodel.folder.ModelFiles;

/** How many tokens a language model knows, V: its token ids are from 0 to below it. */
public final class VocabularySize {

    private VocabularySize() {}

    /**
     * Reads a model's {@code config.json} alone.
     *
     * @throws org.lexicographer.languagemodel.folder.InvalidModelException when it is not there, or
     *     not that of a known family
     */
    public static int read(ModelFiles files) {
        ModelConfig config = ModelConfig.read(files);
        return ModelFamily.of(config).architecture(config).size().vocabularySize();
    }
}
