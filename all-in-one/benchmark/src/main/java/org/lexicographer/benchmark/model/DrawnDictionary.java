package org.lexicographer.benchmark.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.lexicographer.benchmark.work.Texts;
import org.lexicographer.dictionary.architecture.StandardDictionary;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.exchange.FolderFormat;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.pipeline.Site;

/**
 * A standard dictionary with random weights, of which each latent is active on as many tokens of
 * the text as those of a trained dictionary are on the mean.
 */
public final class DrawnDictionary {

    /** The share of tokens on which a latent is active: 41 of 2,048 latents on a token. */
    private static final double DENSITY = 0.02;

    /** How many contexts say from which value on that is. */
    private static final int SEEN_CONTEXTS = 8;

    private DrawnDictionary() {}

    /**
     * Writes a folder as SAELens does, beside the model.
     *
     * @param size latents, F
     * @return the folder
     */
    public static Path write(Texts texts, Site site, int size) {
        Path folder = texts.path().resolve("drawn-%s-%d".formatted(site, size));
        try (LanguageModel model = LanguageModel.load(texts.path(), Device.cpu());
                NDManager manager = model.newScope()) {
            Files.createDirectories(folder);
            StandardDictionary drawn = draw(rows(model, texts, site, manager), size);
            DictionaryConfig config =
                    DictionaryConfig.of(drawn, site, site, Optional.empty(), Optional.empty());
            for (var file : FolderFormat.SAE_LENS.write(drawn, config).entrySet()) {
                Files.write(folder.resolve(file.getKey()), file.getValue().bytes());
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static NDArray rows(LanguageModel model, Texts texts, Site site, NDManager manager) {
        int contexts = Math.min(SEEN_CONTEXTS, texts.contexts());
        int[] ids = Arrays.copyOf(texts.read(), contexts * texts.contextLength());
        NDArray tokens = manager.create(ids, new Shape(contexts, texts.contextLength())); // (B, T)
        return model.observe(tokens, Set.of(site))
                .get(site)
                .reshape(ids.length, model.activationDim(site)); // (N, D)
    }

    private static StandardDictionary draw(NDArray rows, int size) {
        NDManager manager = rows.getManager();
        long width = rows.getShape().get(1);
        Random random = new Random(0);
        float[] weights = new float[Math.toIntExact(width * size)];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (random.nextGaussian() / Math.sqrt(width));
        }
        NDArray encoder = manager.create(weights, new Shape(width, size)); // (D, F)
        NDArray sorted = rows.matMul(encoder).sort(0); // (N, F)
        long first = (long) ((1 - DENSITY) * rows.getShape().get(0));
        return new StandardDictionary(
                encoder,
                sorted.get(new NDIndex(Long.toString(first))).neg(), // (F)
                encoder.transpose().duplicate(), // (F, D)
                manager.zeros(new Shape(width)),
                false);
    }
}
