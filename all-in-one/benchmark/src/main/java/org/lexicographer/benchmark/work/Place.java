package org.lexicographer.benchmark.work;

import ai.djl.Device;
import org.lexicographer.pipeline.recipe.setting.ComputeType;

/**
 * Where work is done.
 *
 * @param device the device, as PyTorch names it: {@code cpu} or {@code cuda}
 * @param threads how many threads may compute
 * @param computeType the type that products are computed in, written as PyTorch names it
 */
public record Place(String device, int threads, ComputeType computeType) {

    private static final String GPU = "cuda";

    /** Returns a number of this machine's threads, for float32 products. */
    public static Place cpu(int threads) {
        return new Place("cpu", threads, ComputeType.FLOAT32);
    }

    /** Returns the first GPU, for float32 products. */
    public static Place gpu() {
        return new Place(GPU, Runtime.getRuntime().availableProcessors(), ComputeType.FLOAT32);
    }

    /** Returns the same place for products in another type. */
    public Place with(ComputeType otherType) {
        return new Place(device, threads, otherType);
    }

    /** Tells whether the place is a GPU. */
    public boolean onGpu() {
        return device.equals(GPU);
    }

    /** Returns the place for DJL. */
    public Device toDevice() {
        return onGpu() ? Device.gpu() : Device.cpu();
    }

    /** Returns how the place is called in tables. */
    public String title() {
        return onGpu() ? "GPU" : threads == 1 ? "1 thread" : threads + " threads";
    }
}
