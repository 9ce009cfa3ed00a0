package org.lexicographer.languagemodel.weights;

import static java.util.Objects.requireNonNull;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.util.cuda.CudaUtils;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.lexicographer.kernel.VectorModule;

/**
 * Where a model's weights may be.
 *
 * @param devices at least one; token ids and results are on the first one
 * @param free how many bytes weights may take of a device
 * @param kept the most bytes of widened weights to keep that are not in use
 */
public record ModelDevices(List<Device> devices, ToLongFunction<Device> free, long kept) {

    /** What weights leave of a GPU's free memory to what is computed there. */
    private static final double SHARE_OF_WEIGHTS = 0.8;

    /**
     * Checks that there is a device, and that passes can be made there.
     *
     * @throws IllegalStateException for a CPU when java was started without the Vector API
     */
    public ModelDevices {
        devices = List.copyOf(devices);
        requireNonNull(free, "free is null");
        if (devices.isEmpty()) {
            throw new IllegalArgumentException("no device");
        }
        devices.forEach(device -> VectorModule.demand(device, "forward passes"));
    }

    /** Returns the device alone, whatever memory it has. */
    public static ModelDevices only(Device device, long kept) {
        return new ModelDevices(List.of(device), all -> Long.MAX_VALUE, kept);
    }

    /**
     * Returns what a setting names.
     *
     * @param name such as {@code cpu} or {@code gpu0}; where it is empty all GPUs of this machine
     *     are meant, or its CPU if it has none
     */
    public static ModelDevices named(Optional<String> name, long kept) {
        int gpus = name.isPresent() ? 0 : Engine.getInstance().getGpuCount();
        return gpus > 1
                ? new ModelDevices(
                        IntStream.range(0, gpus).mapToObj(Device::gpu).toList(),
                        ModelDevices::freeOfGpu,
                        kept)
                : only(
                        name.map(Device::fromName).orElse(gpus == 1 ? Device.gpu() : Device.cpu()),
                        kept);
    }

    private static long freeOfGpu(Device gpu) {
        var memory = CudaUtils.getGpuMemory(gpu);
        return (long) (SHARE_OF_WEIGHTS * (memory.getMax() - memory.getUsed()));
    }

    /** Returns the device of token ids and results. */
    public Device first() {
        return devices.getFirst();
    }

    /** Returns how many bytes weights may take of each device, in their order. */
    public List<Long> room() {
        return devices.stream().map(free::applyAsLong).toList();
    }

    @Override
    public String toString() {
        return devices.toString();
    }
}
