package org.lexicographer.benchmark.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.lexicographer.benchmark.work.Texts;

/** A language model that is at hand wherever the benchmark runs. */
public enum MeasuredModel {
    /** The demo's: 4 layers, D = 128, 4,096 token ids. */
    demo(4, 128, 4_096) {
        @Override
        void write(Path folder) throws IOException {
            copyOfDemo(folder, List.of("config.json", "model.safetensors"));
        }
    },
    /** Of the shape of Pythia-70m, with random weights: 6 layers, D = 512, 50,304 token ids. */
    pythia70m(6, 512, RandomPythia.VOCABULARY) {
        @Override
        void write(Path folder) throws IOException {
            RandomPythia.write(folder);
        }
    };

    /** The tokenizer of both is the demo's. */
    private static final List<String> TOKENIZER =
            List.of("tokenizer_config.json", "tokenizer.json");

    private final int layers;
    private final int width;
    private final int vocabulary;

    MeasuredModel(int layers, int width, int vocabulary) {
        this.layers = layers;
        this.width = width;
        this.vocabulary = vocabulary;
    }

    private static void copyOfDemo(Path folder, List<String> files) throws IOException {
        for (String file : files) {
            try (InputStream content =
                    MeasuredModel.class.getResourceAsStream("/demo-model/" + file)) {
                Files.write(folder.resolve(file), content.readAllBytes());
            }
        }
    }

    abstract void write(Path folder) throws IOException;

    /** Returns the number of layers. */
    public int layers() {
        return layers;
    }

    /** Returns the width of the residual stream, D. */
    public int width() {
        return width;
    }

    /** Returns the MLP outputs of the first layers, at most all, as run specs name them. */
    public List<String> sites(int atMost) {
        return IntStream.range(0, Math.min(atMost, layers))
                .mapToObj("layers.%d.mlp.out"::formatted)
                .toList();
    }

    /**
     * Writes the model and random token ids, unless they are there.
     *
     * @param models the folder that the model's folder is in
     */
    public Texts texts(Path models, int contexts, int contextLength) {
        Path folder = models.resolve(name());
        try {
            if (!Files.exists(folder.resolve(TOKENIZER.getLast()))) {
                Files.createDirectories(folder);
                write(folder);
                copyOfDemo(folder, TOKENIZER);
            }
            Files.write(folder.resolve(Texts.TOKENS), tokens(contexts * contextLength));
        } catch (IOException e) {
            throw new UncheckedIOException("model cannot be written: folder=" + folder, e);
        }
        return new Texts(folder.toString(), contexts, contextLength);
    }

    private byte[] tokens(int count) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
        SplittableRandom random = new SplittableRandom(0);
        for (int i = 0; i < count; i++) {
            bytes.putInt(random.nextInt(vocabulary));
        }
        return bytes.array();
    }
}
