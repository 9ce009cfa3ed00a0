package org.lexicographer.dictionary.exchange;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.exchange.dictionarylearning.DictionaryLearningFormat;
import org.lexicographer.dictionary.exchange.folder.FileContent;
import org.lexicographer.dictionary.exchange.folder.FolderFiles;
import org.lexicographer.dictionary.exchange.folder.FolderLayout;
import org.lexicographer.dictionary.exchange.folder.LexicographerConfig;
import org.lexicographer.dictionary.exchange.folder.LoadedDictionary;
import org.lexicographer.dictionary.exchange.folder.Placement;
import org.lexicographer.dictionary.exchange.folder.ToolJson;
import org.lexicographer.dictionary.exchange.gemmascope.GemmaScope2Format;
import org.lexicographer.dictionary.exchange.gemmascope.GemmaScopeFormat;
import org.lexicographer.dictionary.exchange.openmoss.LlamaScopeFormat;
import org.lexicographer.dictionary.exchange.saelens.SaeLensFormat;
import org.lexicographer.dictionary.exchange.saelens.SaeLensLayout;
import org.lexicographer.dictionary.exchange.sparsify.SparsifyFormat;
import org.lexicographer.pipeline.BrokenRuleException;

/** The formats that a folder with one dictionary can have: our own, and those of other tools. */
public enum FolderFormat {
    /** {@link org.lexicographer.dictionary.config.DictionaryFormat}. */
    LEXICOGRAPHER("lexicographer", new LexicographerFormat()),
    /** {@link DictionaryLearningFormat}. */
    DICTIONARY_LEARNING(DictionaryLearningFormat.NAME, new DictionaryLearningFormat()),
    /** {@link SaeLensFormat}, as SAELens writes it since version 6. */
    SAE_LENS(SaeLensLayout.CURRENT.format(), new SaeLensFormat(SaeLensLayout.CURRENT)),
    /** {@link SaeLensFormat}, as SAELens wrote it before; each is read as the other is. */
    SAE_LENS_5(SaeLensLayout.FLAT.format(), new SaeLensFormat(SaeLensLayout.FLAT)),
    /** {@link SparsifyFormat}. */
    SPARSIFY(SparsifyFormat.NAME, new SparsifyFormat()),
    /** {@link GemmaScopeFormat}; read, not written. */
    GEMMA_SCOPE(GemmaScopeFormat.NAME, new GemmaScopeFormat()),
    /** {@link GemmaScope2Format}; read, not written. */
    GEMMA_SCOPE_2(GemmaScope2Format.NAME, new GemmaScope2Format()),
    /** {@link LlamaScopeFormat}; read, not written. */
    LLAMA_SCOPE(LlamaScopeFormat.NAME, new LlamaScopeFormat());

    private final String text;
    private final FolderLayout layout;

    FolderFormat(String text, FolderLayout layout) {
        this.text = text;
        this.layout = layout;
    }

    /** Returns the name of the format, such as {@code saelens}. */
    public String text() {
        return text;
    }

    /**
     * Reads the name of a format.
     *
     * @throws IllegalArgumentException naming those there are when it is none of them
     */
    public static FolderFormat parse(String text) {
        return Arrays.stream(values())
                .filter(format -> format.text.equals(text))
                .findFirst()
                .orElseThrow(() -> unknown(text));
    }

    private static IllegalArgumentException unknown(String text) {
        String known =
                Arrays.stream(values()).map(FolderFormat::text).collect(Collectors.joining("|"));
        return new BrokenRuleException("unknown format", known, text);
    }

    /** Returns the format that a folder with these files has, if it is one of them. */
    public static Optional<FolderFormat> recognise(Collection<String> files) {
        return Arrays.stream(values())
                .filter(format -> files.contains(format.weightsFile()))
                .findFirst();
    }

    /**
     * Returns the folders among some files that have a format, each with the paths in it of the
     * files that formats have, in the order of their names.
     *
     * @param paths paths of files, with slashes
     */
    public static SortedMap<String, List<String>> folders(Collection<String> paths) {
        SortedMap<String, List<String>> folders = new TreeMap<>();
        for (String path : paths) {
            Optional<String> folder = folderOf(path);
            if (folder.isPresent()) {
                String name =
                        path.substring(folder.get().isEmpty() ? 0 : folder.get().length() + 1);
                folders.computeIfAbsent(folder.get(), _ -> new ArrayList<>()).add(name);
            }
        }
        folders.values().removeIf(files -> recognise(files).isEmpty());
        return folders;
    }

    /** Returns the folder of a format's file, empty at the top, if the path is that of one. */
    public static Optional<String> folderOf(String path) {
        return Arrays.stream(values())
                .flatMap(format -> format.files().stream())
                .filter(file -> path.equals(file) || path.endsWith("/" + file))
                .max(Comparator.comparing(String::length))
                .map(file -> path.substring(0, Math.max(0, path.length() - file.length() - 1)));
    }

    /** Returns the path in a folder of the file by which this format is recognised. */
    public String weightsFile() {
        return layout.weightsFile();
    }

    /** Returns the path of the file that describes the dictionary, in JSON, if there is one. */
    public Optional<String> configFile() {
        return layout.configFile();
    }

    /**
     * Tells whether the files mean by an output of attention or MLP what the hooks of
     * TransformerLens do.
     */
    public boolean namesHooks() {
        return switch (this) {
            case SAE_LENS, SAE_LENS_5, GEMMA_SCOPE, GEMMA_SCOPE_2, LLAMA_SCOPE -> true;
            case LEXICOGRAPHER, DICTIONARY_LEARNING, SPARSIFY -> false;
        };
    }

    /**
     * Returns what the tool itself says in a config file; nothing for our own format.
     *
     * @throws DictionaryException when the bytes are no JSON object
     */
    public JsonNode toolConfig(byte[] json) {
        return this == LEXICOGRAPHER
                ? JsonNodeFactory.instance.objectNode()
                : LexicographerConfig.without(
                        ToolJson.object(configFile().orElse(text), ByteBuffer.wrap(json)));
    }

    /** Returns the paths of the files of a folder; all but the weights may be missing. */
    public List<String> files() {
        return layout.files();
    }

    /**
     * Returns the files of a folder by name, the same bytes for the same dictionary; they no longer
     * need the dictionary. Sizes and settings are the dictionary's, whatever the config says. What
     * a tool's own config said when the dictionary was imported in this format is written again.
     *
     * @throws DictionaryException naming the reason when the format cannot express the dictionary
     */
    public Map<String, FileContent> write(Dictionary dictionary, DictionaryConfig config) {
        DictionaryConfig actual =
                DictionaryConfig.of(
                                dictionary,
                                config.site(),
                                config.reconstructs(),
                                config.normalization(),
                                config.lineage())
                        .withImported(config.imported());
        return layout.write(dictionary, actual);
    }

    /**
     * Returns what the files of a folder say of where the dictionary belongs; its weights are not
     * looked at, and may be missing.
     *
     * @throws DictionaryException when they name a place that is no site of ours, or contradict
     *     themselves
     */
    public Placement placement(FolderFiles files) {
        return layout.placement(files);
    }

    /**
     * Reads a dictionary from the files of a folder; files that the format does not know are passed
     * over. Its arrays belong to the manager and are on the manager's device.
     *
     * @throws DictionaryException when anything in them is not as the format says, or says
     *     something that dictionaries here cannot do
     */
    public LoadedDictionary read(NDManager manager, FolderFiles files) {
        files.get(weightsFile());
        return layout.read(manager, files);
    }

    /**
     * Reads a dictionary from a folder, whose files are mapped into memory meanwhile; its arrays
     * belong to the manager and are on the manager's device.
     *
     * @param path where the folder lay, with slashes: some tools name it after the site
     * @param maxUnpackedBytes the most that a compressed file in it may be unpacked to
     * @throws IOException when a file cannot be read
     * @throws DictionaryException as {@link #read(NDManager, FolderFiles)} does
     */
    public LoadedDictionary read(NDManager manager, Path folder, String path, long maxUnpackedBytes)
            throws IOException {
        Map<String, ByteBuffer> files = new LinkedHashMap<>();
        try (Arena arena = Arena.ofShared()) {
            for (String name : files()) {
                if (Files.exists(folder.resolve(name))) {
                    files.put(name, mapped(folder.resolve(name), arena));
                }
            }
            return read(manager, new FolderFiles(path, files, maxUnpackedBytes));
        }
    }

    private static ByteBuffer mapped(Path file, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() > Integer.MAX_VALUE) {
                throw new DictionaryException(
                        "file too large: limit=%d bytes, found=%d, file=%s"
                                .formatted(Integer.MAX_VALUE, channel.size(), file));
            }
            return channel.map(MapMode.READ_ONLY, 0, channel.size(), arena).asByteBuffer();
        }
    }
}
