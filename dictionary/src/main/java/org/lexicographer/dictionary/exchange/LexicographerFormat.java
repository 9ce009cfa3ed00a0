package org.lexicographer.dictionary.exchange;

import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.config.DictionaryFormat;
import org.lexicographer.dictionary.exchange.folder.FileContent;
import org.lexicographer.dictionary.exchange.folder.FolderFiles;
import org.lexicographer.dictionary.exchange.folder.FolderLayout;
import org.lexicographer.dictionary.exchange.folder.LoadedDictionary;
import org.lexicographer.dictionary.exchange.folder.Placement;
import org.lexicographer.pipeline.safetensors.SafetensorsException;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;

/** Our own folder, {@link DictionaryFormat}, which expresses every dictionary. */
final class LexicographerFormat implements FolderLayout {

    @Override
    public String weightsFile() {
        return DictionaryFormat.WEIGHTS_FILE;
    }

    @Override
    public Optional<String> configFile() {
        return Optional.of(DictionaryFormat.CONFIG_FILE);
    }

    @Override
    public Placement placement(FolderFiles files) {
        DictionaryConfig config = config(files);
        return Placement.of(config.site(), config.reconstructs());
    }

    private static DictionaryConfig config(FolderFiles files) {
        ByteBuffer json = files.get(DictionaryFormat.CONFIG_FILE);
        byte[] bytes = new byte[json.remaining()];
        json.get(bytes);
        return DictionaryFormat.readConfig(bytes);
    }

    @Override
    public Map<String, FileContent> write(Dictionary dictionary, DictionaryConfig config) {
        SafetensorsWriter weights = DictionaryFormat.weights(dictionary);
        byte[] json = DictionaryFormat.config(config);
        return Map.of(
                weightsFile(),
                weights::writeTo,
                DictionaryFormat.CONFIG_FILE,
                out -> out.write(json));
    }

    @Override
    public LoadedDictionary read(NDManager manager, FolderFiles files) {
        DictionaryConfig config = config(files);
        try (SafetensorsFile tensors = SafetensorsFile.read(files.get(weightsFile()))) {
            return LoadedDictionary.of(DictionaryFormat.read(manager, config, tensors), config);
        } catch (SafetensorsException e) {
            throw new DictionaryException(
                    "tensors not valid: file=%s, %s".formatted(weightsFile(), e.getMessage()), e);
        }
    }
}
