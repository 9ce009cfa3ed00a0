package org.lexicographer.eval.collection;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.lexicographer.dictionary.exchange.folder.FolderFiles;

/** Many folders with a dictionary each, somewhere. */
interface DictionaryFolders extends AutoCloseable {

    /** Returns what all of it is called, such as the last name of its path. */
    String name();

    /** Returns the folders by their paths in it, with the paths in them of their files. */
    SortedMap<String, List<String>> folders() throws IOException;

    /**
     * Reads the config of a folder, and nothing of its weights.
     *
     * @param folder one of {@link #folders}
     * @param config the path of its config in it, if it has one
     */
    FolderFiles config(String folder, List<String> config) throws IOException;

    /** Returns why files of other tools are not read, by their paths. */
    SortedMap<String, String> unread() throws IOException;

    /** Returns what to send for a folder: a body, or the address that it is fetched from. */
    Upload upload(String folder, List<String> files) throws IOException;

    @Override
    void close() throws IOException;

    /** What an import sends. */
    sealed interface Upload {

        /** A zip of the folder's files, by their paths in it. */
        record Zip(Map<String, java.nio.file.Path> files) implements Upload {}

        /** An address of a hub, which eval-service fetches itself. */
        record From(String uri) implements Upload {}
    }
}
