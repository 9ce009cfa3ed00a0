package org.lexicographer.dictionary.exchange;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.config.DictionaryFormat;
import org.lexicographer.dictionary.exchange.folder.LoadedDictionary;

/** Loads dictionaries from folders of any format. */
public final class Dictionaries {

    private Dictionaries() {}

    /**
     * Loads the dictionary in a folder, whichever tool wrote it; its arrays belong to the manager
     * and are on the manager's device.
     *
     * @throws IOException when a file cannot be read
     * @throws DictionaryException when the folder is of no known format, or not as the format says
     */
    public static LoadedDictionary load(Path folder, NDManager manager) throws IOException {
        if (Files.exists(folder.resolve(DictionaryFormat.WEIGHTS_FILE))) {
            return loadOwn(folder, manager);
        }
        Optional<FolderFormat> format =
                Arrays.stream(FolderFormat.values())
                        .filter(it -> Files.exists(folder.resolve(it.weightsFile())))
                        .findFirst();
        if (format.isEmpty()) {
            throw new DictionaryException("no dictionary recognised: folder=" + folder);
        }
        String path = folder.toAbsolutePath().normalize().toString();
        return format.get().read(manager, folder, path, Long.MAX_VALUE);
    }

    /** Files of ours may be larger than one buffer. */
    private static LoadedDictionary loadOwn(Path folder, NDManager manager) throws IOException {
        byte[] json = Files.readAllBytes(folder.resolve(DictionaryFormat.CONFIG_FILE));
        DictionaryConfig config = DictionaryFormat.readConfig(json);
        return LoadedDictionary.of(DictionaryFormat.read(manager, folder), config);
    }
}
