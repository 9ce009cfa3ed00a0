package org.lexicographer.trainer.memory;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.util.cuda.CudaUtils;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How much of a GPU's memory this process may take. */
public final class DeviceLimit {

    private static final Logger LOG = LoggerFactory.getLogger(DeviceLimit.class);

    /** More than any GPU has: nothing waits for it. */
    private static final long UNKNOWN = 1L << 50;

    private DeviceLimit() {}

    /**
     * Returns the bytes of a device that the process may take; 0 of a CPU, which has no memory of
     * its own.
     *
     * @param setting what was set; where nothing was, all of a GPU
     */
    public static long of(Device device, Optional<Long> setting) {
        return of(device, setting, gpu -> CudaUtils.getGpuMemory(gpu).getMax());
    }

    static long of(Device device, Optional<Long> setting, ToLongFunction<Device> memory) {
        if (!device.isGpu()) {
            setting.ifPresent(
                    bytes ->
                            LOG.warn(
                                    "memory of a device is set and there is none: device={},"
                                            + " trainer.device-memory={}",
                                    device,
                                    bytes));
            return 0;
        }
        return setting.orElseGet(() -> all(device, memory));
    }

    private static long all(Device gpu, ToLongFunction<Device> memory) {
        try {
            return memory.applyAsLong(gpu);
        } catch (EngineException | IllegalStateException e) {
            LOG.warn(
                    "memory of a GPU is not known and no job waits for it, set"
                            + " trainer.device-memory: device={}, reason={}",
                    gpu,
                    e.getMessage());
            return UNKNOWN;
        }
    }
}
