package org.lexicographer.kernel;

import ai.djl.Device;

/**
 * The JDK's module with the Vector API, an incubator that has to be named when java is started.
 * Unlike all others here this class can be used without it.
 */
public final class VectorModule {

    /** What java's option {@code --add-modules} takes. */
    public static final String NAME = "jdk.incubator.vector";

    private VectorModule() {}

    /** Tells whether java was started with it. */
    public static boolean isThere() {
        return ModuleLayer.boot().findModule(NAME).isPresent();
    }

    /**
     * Ensures that java was started with it, where what is to be done is done on a CPU.
     *
     * @param purpose what needs it, as the subject of a sentence, in the plural
     * @throws IllegalStateException otherwise; names the option that is missing
     */
    public static void demand(Device device, String purpose) {
        if (!device.isGpu() && !isThere()) {
            throw new IllegalStateException(
                    "%s on a CPU need the Vector API: expected=java with --add-modules %s, found=without"
                            .formatted(purpose, NAME));
        }
    }
}
