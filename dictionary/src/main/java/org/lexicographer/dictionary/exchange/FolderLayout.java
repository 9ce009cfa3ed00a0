package org.lexicographer.dictionary.exchange;

import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.config.DictionaryConfig;

/** The layout of a folder for one dictionary. */
sealed interface FolderLayout
        permits OwnFormat, DictionaryLearningFormat, SaeLensFormat, SparsifyFormat {

    /** Returns the name of the file by which the folder is recognised. */
    String weightsFile();

    /** Returns the name of the file that describes the dictionary, in JSON. */
    String configFile();

    /** Returns the names of all files that may be there, those two included. */
    default List<String> files() {
        return List.of(weightsFile(), configFile());
    }

    /** Returns the contents of the files by name, or refuses with the reason. */
    Map<String, FileContent> write(Dictionary dictionary, DictionaryConfig config);

    /** Reads what {@link #files} names of a folder. */
    LoadedDictionary read(NDManager manager, Map<String, ByteBuffer> files);
}
