package org.lexicographer.dictionary.exchange;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryConfig;
import org.lexicographer.dictionary.DictionaryException;

/** The file formats of other tools, each for one dictionary per folder. */
public enum ExternalFormat {
    /** {@link DictionaryLearningFormat}. */
    DICTIONARY_LEARNING("dictionary_learning", new DictionaryLearningFormat()),
    /** {@link SaeLensFormat}. */
    SAE_LENS("sae_lens", new SaeLensFormat()),
    /** {@link SparsifyFormat}. */
    SPARSIFY("sparsify", new SparsifyFormat());

    private final String text;
    private final FolderLayout layout;

    ExternalFormat(String text, FolderLayout layout) {
        this.text = text;
        this.layout = layout;
    }

    /** Returns the name of the format, such as {@code sae_lens}. */
    public String text() {
        return text;
    }

    /**
     * Reads the name of a format.
     *
     * @throws IllegalArgumentException naming those there are when it is none of them
     */
    public static ExternalFormat parse(String text) {
        return Arrays.stream(values())
                .filter(format -> format.text.equals(text))
                .findFirst()
                .orElseThrow(() -> unknown(text));
    }

    private static IllegalArgumentException unknown(String text) {
        String known =
                Arrays.stream(values()).map(ExternalFormat::text).collect(Collectors.joining("|"));
        return new IllegalArgumentException(
                "unknown format: expected=%s, found=%s".formatted(known, text));
    }

    /** Returns the name of the file by which a folder of this format is recognised. */
    public String weightsFile() {
        return layout.weightsFile();
    }

    /** Returns the names of the files that reading takes if they are there. */
    public List<String> files() {
        return layout.files();
    }

    /**
     * Returns the files of a folder by name, the same bytes for the same dictionary. Of the config,
     * what the dictionary itself says is passed over.
     *
     * @throws DictionaryException naming the reason when the format cannot express the dictionary
     */
    public Map<String, byte[]> write(Dictionary dictionary, DictionaryConfig config) {
        DictionaryConfig actual =
                DictionaryConfig.of(
                        dictionary,
                        config.site(),
                        config.reconstructs(),
                        config.normalization(),
                        config.lineage());
        return layout.write(dictionary, actual);
    }

    /**
     * Reads a dictionary from the files of a folder by name; other files are passed over. Its
     * arrays belong to the manager and are on the manager's device.
     *
     * @throws DictionaryException when anything in them is not as the format says, or says
     *     something that dictionaries here cannot do
     */
    public LoadedDictionary read(NDManager manager, Map<String, byte[]> files) {
        if (!files.containsKey(weightsFile())) {
            throw new DictionaryException(
                    "file missing: expected=%s, found=%s".formatted(weightsFile(), files.keySet()));
        }
        return layout.read(manager, files);
    }

    /**
     * Reads a dictionary from a folder; its arrays belong to the manager and are on the manager's
     * device.
     *
     * @throws IOException when a file cannot be read
     * @throws DictionaryException as {@link #read(NDManager, Map)} does
     */
    public LoadedDictionary read(NDManager manager, Path folder) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (String name : files()) {
            if (Files.exists(folder.resolve(name))) {
                files.put(name, Files.readAllBytes(folder.resolve(name)));
            }
        }
        return read(manager, files);
    }
}
