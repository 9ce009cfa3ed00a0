package org.lexicographer.dictionary.exchange.folder;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.config.DictionaryConfig;

/** The layout of a folder for one dictionary. */
public interface FolderLayout {

    /** Returns the path in the folder of the file by which the folder is recognised. */
    String weightsFile();

    /** Returns the path of the file that describes the dictionary, in JSON, if there is one. */
    Optional<String> configFile();

    /** Returns the paths of all files that may be there, those two included. */
    default List<String> files() {
        return Stream.concat(Stream.of(weightsFile()), configFile().stream()).toList();
    }

    /**
     * Returns what the files say of where the dictionary belongs; weights are not looked at, and
     * may be missing.
     *
     * @throws DictionaryException when they name a place that is no site of ours, or contradict
     *     themselves
     */
    Placement placement(FolderFiles files);

    /**
     * Returns the contents of the files by name; formats that only others write have none.
     *
     * @throws DictionaryException naming the reason when the format cannot express the dictionary
     */
    default Map<String, FileContent> write(Dictionary dictionary, DictionaryConfig config) {
        throw new DictionaryException("format is read, not written: file=" + weightsFile());
    }

    /**
     * Reads what {@link #files} names of a folder.
     *
     * @throws DictionaryException when anything in them is not as the format says, or says
     *     something that dictionaries here cannot do
     */
    LoadedDictionary read(NDManager manager, FolderFiles files);
}
