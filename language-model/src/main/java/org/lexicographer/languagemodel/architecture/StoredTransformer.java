package org.lexicographer.languagemodel.architecture;

import static java.util.Objects.requireNonNull;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.lexicographer.languagemodel.forward.Block;
import org.lexicographer.languagemodel.forward.ModelSize;
import org.lexicographer.languagemodel.forward.Placement;
import org.lexicographer.languagemodel.forward.Transformer;
import org.lexicographer.languagemodel.program.Bfloat16;
import org.lexicographer.languagemodel.program.Programs;
import org.lexicographer.languagemodel.weights.CheckedWeights;
import org.lexicographer.languagemodel.weights.LoadedWeights;
import org.lexicographer.languagemodel.weights.ModelDevices;
import org.lexicographer.languagemodel.weights.StoredWeights;
import org.lexicographer.languagemodel.weights.Weights;
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.pipeline.safetensors.SafetensorsFolder;

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
        Programs programs = Programs.compile(owner, type);
        SafetensorsFolder tensors = SafetensorsFolder.open(folder);
        boolean staysOpen = false;
        try {
            long bytes = checkedElements(architecture, tensors, owner) * type.bytes();
            boolean isKept = bytes <= devices.kept();
            Optional<Placement> placement =
                    isKept
                            ? Placement.of(
                                    sizes(architecture, tensors, owner, type), devices.room())
                            : Optional.empty();
            if (placement.isPresent()) {
                return whole(
                        architecture,
                        device -> new LoadedWeights(tensors, owner.newSubManager(device), programs),
                        placement.get().devices().stream().map(devices.devices()::get).toList());
            }
            Transformer transformer =
                    new StoredTransformer(
                            architecture,
                            new StoredWeights(tensors, owner, programs, devices.kept()),
                            owner.getDevice());
            owner.attachInternal(folder.toString(), tensors);
            staysOpen = true;
            return transformer;
        } finally {
            if (!staysOpen) {
                tensors.close();
            }
        }
    }

    private static Transformer whole(
            Architecture architecture, Function<Device, Weights> loaded, List<Device> devices) {
        Map<Device, Weights> weights = new HashMap<>();
        devices.forEach(device -> weights.computeIfAbsent(device, loaded));
        return architecture.transformer(devices, weights::get);
    }

    /** Returns how many bytes the parts have; those of a table of both ends twice. */
    private static Placement.Sizes sizes(
            Architecture architecture,
            SafetensorsFolder tensors,
            NDManager owner,
            ComputeType type) {
        ToLongFunction<Function<Weights, ?>> bytes =
                part -> elements(tensors, owner, part) * type.bytes();
        return new Placement.Sizes(
                bytes.applyAsLong(architecture::embedding),
                IntStream.range(0, architecture.size().layers())
                        .mapToObj(
                                layer ->
                                        bytes.applyAsLong(
                                                weights -> architecture.block(layer, weights)))
                        .toList(),
                bytes.applyAsLong(architecture::unembedding));
    }

    private static long elements(
            SafetensorsFolder tensors, NDManager owner, Function<Weights, ?> part) {
        try (NDManager scope = owner.newSubManager()) {
            CheckedWeights check = new CheckedWeights(tensors, scope);
            part.apply(check);
            return check.elements();
        }
    }

    /** Returns how many elements the weights have. */
    private static long checkedElements(
            Architecture architecture, SafetensorsFolder tensors, NDManager owner) {
        try (NDManager scope = owner.newSubManager()) {
            CheckedWeights check = new CheckedWeights(tensors, scope);
            architecture.transformer(
                    Collections.nCopies(architecture.size().layers(), owner.getDevice()),
                    device -> check);
            check.requireNoneLeft(architecture::isUnused);
            return check.elements();
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
