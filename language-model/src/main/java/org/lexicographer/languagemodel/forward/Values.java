package org.lexicographer.languagemodel.forward;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Optional;
import org.lexicographer.languagemodel.program.Bfloat16;

/**
 * The border between blocks, which compute on devices of their own and perhaps in bfloat16, and
 * whoever looks at a site, who has float32.
 *
 * @param bfloat16 empty where blocks compute in float32
 */
record Values(Optional<Bfloat16> bfloat16) {

    /**
     * Returns a block's value as others see it: the value itself where it is float32 and on the
     * device, else a copy that belongs to the scope.
     */
    NDArray outside(NDArray value, Device device, NDManager scope) {
        return bfloat16.map(it -> it.widened(value, device, scope))
                .orElseGet(() -> Views.on(device, value, scope)); // like the value
    }

    /** Returns a float32 value as a block on the device computes with it, like {@link #outside}. */
    NDArray inside(NDArray value, Device device, NDManager scope) {
        NDArray there = Views.on(device, value, scope); // like the value
        return bfloat16.map(it -> it.narrowed(there, scope)).orElse(there); // like the value
    }

    /** Returns a block's value for a block on the device, like {@link #outside}. */
    NDArray moved(NDArray value, Device device, NDManager scope) {
        return value.getDevice().equals(device)
                ? value
                : inside(outside(value, device, scope), device, scope); // like the value
    }
}
