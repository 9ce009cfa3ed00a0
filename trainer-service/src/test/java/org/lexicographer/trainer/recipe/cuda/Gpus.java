package org.lexicographer.trainer.recipe.cuda;

import ai.djl.engine.Engine;

/** Tells tests of kernels whether there is something to run them on. */
public final class Gpus {

    private Gpus() {}

    /** A condition of JUnit; named where a test is skipped. */
    public static boolean areThere() {
        return Engine.getInstance().getGpuCount() > 0;
    }
}
