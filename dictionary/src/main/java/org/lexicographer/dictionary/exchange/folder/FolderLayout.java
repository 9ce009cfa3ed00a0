package org.lexicographer.dictionary.exchange.folder;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.config.DictionaryConfig;

/** The layout of a folder for one dictionary. */
public interface FolderLayout {

    /** Returns the name of the file by which the folder is recognised. */
    String weightsFile();

    /** Returns the name of the file that describes the dictionary, in JSON. */
    String configFile();

    /** Returns the names of all files that may be there, those two included. */
    default List<String> files() {
        return List.of(weightsFile(), configFile());
    }

    /**
     * Returns the contents of the files by name.
     *
     * @throws org.lexicographer.dictionary.DictionaryException naming the reason when the format
     *     cannot express the dictionary
     */
    Map<String, FileContent> write(Dictionary dictionary, DictionaryConfig config);

    /**
     * Reads what {@link #files} names of a folder.
     *
     * @throws org.lexicographer.dictionary.DictionaryException when anything in them is not as the
     *     format says, or says something that dictionaries here cannot do
     */
    LoadedDictionary read(NDManager manager, FolderFiles files);
}
