package org.lexicographer.languagemodel.architecture;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import org.lexicographer.languagemodel.forward.Block;
import org.lexicographer.languagemodel.forward.ModelSize;
import org.lexicographer.languagemodel.forward.Transformer;
import org.lexicographer.languagemodel.weights.CheckedWeights;
import org.lexicographer.languagemodel.weights.LoadedWeights;
import org.lexicographer.languagemodel.weights.StoredWeights;
import org.lexicographer.pipeline.safetensors.SafetensorsFolder;

/**
 * A transformer whose layers are put together when their turn comes, from weights that are widened
 * then.
 */
public final class StoredTransformer implements Transformer {

    private final Architecture architecture;
    private final StoredWeights weights;
    private final Embedding embedding;
    private final Unembedding unembedding;

    /** Takes the ends of the stream, of which the tables stay as they are stored. */
    StoredTransformer(Architecture architecture, StoredWeights weights) {
        this.architecture = requireNonNull(architecture, "architecture is null");
        this.weights = requireNonNull(weights, "weights is null");
        this.embedding = architecture.embedding(weights.throughout());
        this.unembedding = architecture.unembedding(weights.throughout());
    }

    /**
     * Opens a folder's weights, checks the names, shapes and types of all of them, and puts the
     * model together: at once where everything fits into the memory, else layer by layer.
     *
     * @param owner of the weights in memory, and of the mapped files where they stay open
     * @param memory the most bytes of widened weights to keep that are not in use
     * @throws IOException when a file can't be read
     * @throws org.lexicographer.languagemodel.folder.InvalidModelException when they are not the
     *     architecture's
     * @throws org.lexicographer.pipeline.safetensors.SafetensorsException when a file is malformed
     */
    public static Transformer open(
            Architecture architecture, Path folder, NDManager owner, long memory)
            throws IOException {
        SafetensorsFolder tensors = SafetensorsFolder.open(folder);
        boolean staysOpen = false;
        try {
            if (checkedBytes(architecture, tensors, owner) <= memory) {
                return architecture.transformer(new LoadedWeights(tensors, owner));
            }
            Transformer transformer =
                    new StoredTransformer(architecture, new StoredWeights(tensors, owner, memory));
            owner.attachInternal(folder.toString(), tensors);
            staysOpen = true;
            return transformer;
        } finally {
            if (!staysOpen) {
                tensors.close();
            }
        }
    }

    /** Returns how many bytes the weights have as float32. */
    private static long checkedBytes(
            Architecture architecture, SafetensorsFolder tensors, NDManager owner) {
        try (NDManager scope = owner.newSubManager()) {
            CheckedWeights check = new CheckedWeights(tensors, scope);
            architecture.transformer(check);
            check.requireNoneLeft(architecture::isUnused);
            return check.widenedBytes();
        }
    }

    @Override
    public ModelSize size() {
        return architecture.size();
    }

    @Override
    public Embedding embedding() {
        return embedding;
    }

    @Override
    public Block block(int layer, NDManager scope) {
        return architecture.block(layer, weights.within(scope));
    }

    @Override
    public Unembedding unembedding() {
        return unembedding;
    }
}
