package org.lexicographer.languagemodel.forward;

import static java.util.Objects.requireNonNull;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Optional;
import org.lexicographer.languagemodel.program.Bfloat16;

/**
 * A transformer all of whose parts are in memory.
 *
 * @param size the dimensions
 * @param bfloat16 what blocks compute with where they do in bfloat16
 * @param embedding the start of the residual stream
 * @param blocks one per layer
 * @param devices of each layer the device that its weights are on
 * @param unembedding the end of the residual stream
 */
public record WholeTransformer(
        ModelSize size,
        Optional<Bfloat16> bfloat16,
        Embedding embedding,
        List<Block> blocks,
        List<Device> devices,
        Unembedding unembedding)
        implements Transformer {

    /** Checks that there is one block per layer. */
    public WholeTransformer {
        requireNonNull(embedding, "embedding is null");
        requireNonNull(unembedding, "unembedding is null");
        blocks = List.copyOf(blocks);
        devices = List.copyOf(devices);
        if (blocks.size() != size.layers() || devices.size() != size.layers()) {
            throw new IllegalArgumentException(
                    "one block and device per layer: layers=%d, blocks=%d, devices=%d"
                            .formatted(size.layers(), blocks.size(), devices.size()));
        }
    }

    @Override
    public boolean isInMemory() {
        return true;
    }

    @Override
    public Device device(int layer) {
        return devices.get(layer);
    }

    @Override
    public Block block(int layer, NDManager scope) {
        return blocks.get(layer);
    }
}
