package org.lexicographer.languagemodel.architecture;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.lexicographer.languagemodel.program.Programs;
import org.lexicographer.languagemodel.weights.CheckedWeights;
import org.lexicographer.languagemodel.weights.LoadedWeights;
import org.lexicographer.languagemodel.weights.ModelDevices;
import org.lexicographer.languagemodel.weights.Placement;
import org.lexicographer.languagemodel.weights.StoredWeights;
import org.lexicographer.languagemodel.weights.Weights;
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.pipeline.safetensors.SafetensorsFolder;

/**
 * How a folder's weights become the parts of a model that are wanted: at once where all of these
 * may be kept in memory and the devices have room for them, else when their turn comes, from files
 * that stay mapped.
 *
 * @param <T> what the parts are put together to
 */
final class WeightsOpening<T> {

    private final Architecture architecture;
    private final Parts<T> parts;

    /**
     * The parts that are wanted.
     *
     * @param <T> what they are put together to
     */
    interface Parts<T> {

        /** Puts all of them together once, to see which weights they take. */
        void takeAll(Weights weights);

        /**
         * Returns how many bytes they have; those of a table of both ends twice.
         *
         * @param bytes of one part
         */
        Placement.Sizes sizes(ToLongFunction<Function<Weights, ?>> bytes);

        /**
         * Puts them together from weights in memory.
         *
         * @param devices of each layer the device that it is on
         * @param weights of a device
         */
        T whole(List<Device> devices, Function<Device, Weights> weights);

        /** Puts them together from weights that stay as they are stored. */
        T stored(StoredWeights weights, Device device);
    }

    WeightsOpening(Architecture architecture, Parts<T> parts) {
        this.architecture = architecture;
        this.parts = parts;
    }

    /** Opens the folder, as {@link StoredTransformer#open} says. */
    T open(Path folder, NDManager owner, ModelDevices devices, ComputeType type)
            throws IOException {
        Programs programs = Programs.compile(owner, type);
        SafetensorsFolder tensors = SafetensorsFolder.open(folder);
        boolean staysOpen = false;
        try {
            check(tensors, owner);
            boolean isKept =
                    elements(tensors, owner, parts::takeAll) * type.bytes() <= devices.kept();
            Optional<Placement> placement =
                    isKept ? placement(tensors, owner, devices, type) : Optional.empty();
            if (placement.isPresent()) {
                return whole(
                        device -> new LoadedWeights(tensors, owner.newSubManager(device), programs),
                        placement.get().devices().stream().map(devices.devices()::get).toList());
            }
            T opened =
                    parts.stored(
                            new StoredWeights(tensors, owner, programs, devices.kept()),
                            owner.getDevice());
            owner.attachInternal(folder.toString(), tensors);
            staysOpen = true;
            return opened;
        } finally {
            if (!staysOpen) {
                tensors.close();
            }
        }
    }

    /** Checks the names, shapes and types of all weights of the model. */
    private void check(SafetensorsFolder tensors, NDManager owner) {
        try (NDManager scope = owner.newSubManager()) {
            CheckedWeights check = new CheckedWeights(tensors, scope);
            architecture.transformer(
                    Collections.nCopies(architecture.size().layers(), owner.getDevice()),
                    device -> check);
            check.requireNoneLeft(architecture::isUnused);
        }
    }

    private Optional<Placement> placement(
            SafetensorsFolder tensors, NDManager owner, ModelDevices devices, ComputeType type) {
        Placement.Sizes sizes =
                parts.sizes(part -> elements(tensors, owner, part::apply) * type.bytes());
        return Placement.of(sizes, devices.room());
    }

    private static long elements(
            SafetensorsFolder tensors, NDManager owner, Consumer<Weights> part) {
        try (NDManager scope = owner.newSubManager()) {
            CheckedWeights check = new CheckedWeights(tensors, scope);
            part.accept(check);
            return check.elements();
        }
    }

    private T whole(Function<Device, Weights> loaded, List<Device> devices) {
        Map<Device, Weights> weights = new HashMap<>();
        devices.forEach(device -> weights.computeIfAbsent(device, loaded));
        return parts.whole(devices, weights::get);
    }
}
