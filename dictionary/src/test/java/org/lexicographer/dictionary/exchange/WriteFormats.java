package org.lexicographer.dictionary.exchange;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryConfig;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.RandomDictionaries;
import org.lexicographer.dictionary.Weight;
import org.lexicographer.pipeline.Site;

/** Writes what {@code src/test/python/check_formats.py} reads; run by hand. */
class WriteFormats {

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
        for (ExternalFormat format : ExternalFormat.values()) {
            String name =
                    "%s-%s-%s-%s-%d"
                            .formatted(
                                    format.text(),
                                    dictionary.architecture().text(),
                                    site,
                                    config.subtractDecoderBias() ? "centred" : "plain",
                                    dictionary.outputDim());
            Path target = folder.resolve(name);
            try {
                Map<String, byte[]> files = new LinkedHashMap<>(format.write(dictionary, config));
                files.put("format.txt", format.text().getBytes(StandardCharsets.UTF_8));
                files.put("expected.safetensors", expected(dictionary));
                Files.createDirectories(target);
                for (Map.Entry<String, byte[]> file : files.entrySet()) {
                    Files.write(target.resolve(file.getKey()), file.getValue());
                }
            } catch (DictionaryException e) {
                System.out.println("refused " + name + ": " + e.getMessage());
            }
        }
    }

    private static byte[] expected(Dictionary dictionary) {
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
