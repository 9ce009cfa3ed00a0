package org.lexicographer.dictionary.exchange;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Weight;
import org.lexicographer.dictionary.architecture.RandomDictionaries;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.exchange.folder.FileContent;
import org.lexicographer.dictionary.exchange.folder.TensorFiles;
import org.lexicographer.pipeline.Site;

/** Writes what {@code src/test/python/check_formats.py} reads; run by hand. */
class WriteFormats {

    /** Our own format has no other reader. */
    private static final Set<FolderFormat> TOOLS =
            EnumSet.complementOf(EnumSet.of(FolderFormat.LEXICOGRAPHER));

    private static final Site MLP_IN = Site.parse("layers.3.mlp.in");
    private static final Site MLP_OUT = Site.parse("layers.3.mlp.out");

    @Test
    @EnabledIfSystemProperty(named = "formats.folder", matches = ".+")
    void writesADictionaryOfEachKindInEachFormat() throws IOException {
        Path folder = Path.of(System.getProperty("formats.folder"));
        try (NDManager manager = NDManager.newBaseManager()) {
            for (Architecture architecture : RandomDictionaries.architectures()) {
                write(folder, RandomDictionaries.of(manager, architecture, true), MLP_OUT);
                write(folder, RandomDictionaries.of(manager, architecture, false), MLP_OUT);
                write(folder, RandomDictionaries.of(manager, architecture, false), MLP_IN);
                write(folder, RandomDictionaries.of(manager, architecture, 8, false), MLP_IN);
            }
        }
    }

    private static void write(Path folder, Dictionary dictionary, Site site) throws IOException {
        DictionaryConfig config =
                DictionaryConfig.of(dictionary, site, MLP_OUT, Optional.empty(), Optional.empty());
        for (FolderFormat format : TOOLS) {
            String folderName =
                    "%s-%s-%s-%s-%d"
                            .formatted(
                                    format.text(),
                                    dictionary.architecture().text(),
                                    site,
                                    config.subtractDecoderBias() ? "centred" : "plain",
                                    dictionary.outputDim());
            Path target = folder.resolve(folderName);
            try {
                Map<String, FileContent> files =
                        new LinkedHashMap<>(format.write(dictionary, config));
                byte[] name = format.text().getBytes(StandardCharsets.UTF_8);
                files.put("format.txt", out -> out.write(name));
                files.put("expected.safetensors", expected(dictionary));
                Files.createDirectories(target);
                for (Map.Entry<String, FileContent> file : files.entrySet()) {
                    Files.write(target.resolve(file.getKey()), file.getValue().bytes());
                }
            } catch (DictionaryException e) {
                System.out.println("refused " + folderName + ": " + e.getMessage());
            }
        }
    }

    private static FileContent expected(Dictionary dictionary) {
        Weight x = RandomDictionaries.weight(new Random(9), 40, RandomDictionaries.DIM);
        try (NDManager manager = NDManager.newBaseManager();
                NDArray activations = x.array(manager); // (N, D)
                NDArray latents = dictionary.encode(activations); // (N, F)
                NDArray reconstruction = dictionary.decode(latents)) { // (N, Dout)
            return TensorFiles.write(
                    Map.of(
                            "x", x,
                            "latents", Weight.of(latents),
                            "reconstruction", Weight.of(reconstruction)));
        }
    }
}
