package org.lexicographer.languagemodel.architecture;

import static java.util.Objects.requireNonNull;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.lexicographer.languagemodel.forward.Block;
import org.lexicographer.languagemodel.forward.ModelSize;
import org.lexicographer.languagemodel.forward.Transformer;
import org.lexicographer.languagemodel.program.Bfloat16;
import org.lexicographer.languagemodel.weights.ModelDevices;
import org.lexicographer.languagemodel.weights.Placement;
import org.lexicographer.languagemodel.weights.StoredWeights;
import org.lexicographer.languagemodel.weights.Weights;
import org.lexicographer.pipeline.recipe.setting.ComputeType;

/**
 * A transformer whose layers are put together when their turn comes, from weights that are widened
 * then.
 */
public final class StoredTransformer implements Transformer {

    private final Architecture architecture;
    private final StoredWeights weights;
    private final Device device;
    private final Embedding embedding;
    private final Unembedding unembedding;

    /** Takes the ends of the stream, of which the tables stay as they are stored. */
    StoredTransformer(Architecture architecture, StoredWeights weights, Device device) {
        this.device = requireNonNull(device, "device is null");
        this.architecture = requireNonNull(architecture, "architecture is null");
        this.weights = requireNonNull(weights, "weights is null");
        this.embedding = architecture.embedding(weights.throughout());
        this.unembedding = architecture.unembedding(weights.throughout().inFloat32());
    }

    /**
     * Opens a folder's weights, checks the names, shapes and types of all of them, and puts the
     * model together: at once where everything may be kept in memory and the devices have room for
     * it, else layer by layer on the first device.
     *
     * @param owner of the weights in memory, and of the mapped files where they stay open
     * @param devices where weights may be
     * @param type of weights in memory, and of what blocks compute
     * @throws IOException when a file can't be read
     * @throws org.lexicographer.languagemodel.folder.InvalidModelException when they are not the
     *     architecture's
     * @throws org.lexicographer.pipeline.safetensors.SafetensorsException when a file is malformed
     */
    public static Transformer open(
            Architecture architecture,
            Path folder,
            NDManager owner,
            ModelDevices devices,
            ComputeType type)
            throws IOException {
        return new WeightsOpening<>(architecture, new Parts(architecture))
                .open(folder, owner, devices, type);
    }

    /** All that a model is made of. */
    private record Parts(Architecture architecture) implements WeightsOpening.Parts<Transformer> {

        private IntStream layers() {
            return IntStream.range(0, architecture.size().layers());
        }

        @Override
        public void takeAll(Weights weights) {
            architecture.embedding(weights);
            layers().forEach(layer -> architecture.block(layer, weights));
            architecture.unembedding(weights);
        }

        @Override
        public Placement.Sizes sizes(ToLongFunction<Function<Weights, ?>> bytes) {
            return new Placement.Sizes(
                    bytes.applyAsLong(architecture::embedding),
                    layers().mapToObj(
                                    layer ->
                                            bytes.applyAsLong(
                                                    weights -> architecture.block(layer, weights)))
                            .toList(),
                    bytes.applyAsLong(architecture::unembedding));
        }

        @Override
        public Transformer whole(List<Device> devices, Function<Device, Weights> weights) {
            return architecture.transformer(devices, weights);
        }

        @Override
        public Transformer stored(StoredWeights weights, Device device) {
            return new StoredTransformer(architecture, weights, device);
        }
    }

    @Override
    public ModelSize size() {
        return architecture.size();
    }

    @Override
    public Optional<Bfloat16> bfloat16() {
        return weights.bfloat16();
    }

    @Override
    public boolean isInMemory() {
        return false;
    }

    @Override
    public Embedding embedding() {
        return embedding;
    }

    @Override
    public Device device(int layer) {
        return device;
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
