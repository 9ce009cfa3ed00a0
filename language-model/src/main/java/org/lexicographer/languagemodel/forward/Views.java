package org.lexicographer.languagemodel.forward;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Second handles of arrays: the same elements, no copy. */
final class Views {

    private Views() {}

    /** Returns a view that belongs to the scope, so that what is computed from it does too. */
    static NDArray in(NDManager scope, NDArray array) {
        NDArray view = array.reshape(array.getShape()); // like the array
        view.attach(scope);
        return view;
    }
}
