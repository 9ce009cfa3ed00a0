package org.lexicographer.languagemodel.forward;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Second handles of arrays: the same elements, and no copy but on another device. */
final class Views {

    private Views() {}

    /** Returns a view that belongs to the scope, so that what is computed from it does too. */
    static NDArray in(NDManager scope, NDArray array) {
        NDArray view = array.reshape(array.getShape()); // like the array
        view.attach(scope);
        return view;
    }

    /** Returns the array where it is on the device, else a copy there that belongs to the scope. */
    static NDArray on(Device device, NDArray array, NDManager scope) {
        if (array.getDevice().equals(device)) {
            return array;
        }
        NDArray moved = array.toDevice(device, true); // like the array
        moved.attach(scope);
        return moved;
    }
}
