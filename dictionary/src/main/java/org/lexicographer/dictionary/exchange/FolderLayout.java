package org.lexicographer.dictionary.exchange;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryConfig;

/** The layout of another tool's folder for one dictionary. */
sealed interface FolderLayout permits DictionaryLearningFormat, SaeLensFormat, SparsifyFormat {

    /** Returns the name of the file by which the folder is recognised. */
    String weightsFile();

    /** Returns the names of the files that are read if they are there, that one included. */
    List<String> files();

    /** Returns the contents of the files by name, or refuses with the reason. */
    Map<String, byte[]> write(Dictionary dictionary, DictionaryConfig config);

    /** Reads what {@link #files} names of a folder. */
    LoadedDictionary read(NDManager manager, Map<String, byte[]> files);
}
