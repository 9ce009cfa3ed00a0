package org.lexicographer.trainer.engine;

import ai.djl.Device;
import java.util.Optional;
import org.lexicographer.trainer.recipe.kernel.Workers;
import org.lexicographer.trainer.recipe.sparse.SparsePlan;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which steps are the fastest on a device. */
public final class FastestSteps {

    private static final Logger LOG = LoggerFactory.getLogger(FastestSteps.class);

    /** The module that sparse steps need; it has to be named when java is started. */
    public static final String VECTORS = "jdk.incubator.vector";

    /** The system property with the number of threads, libtorch's and those of sparse steps. */
    public static final String THREADS = "ai.djl.pytorch.num_threads";

    private FastestSteps() {}

    /** Tells whether sparse steps can be taken on a CPU. */
    public static boolean hasVectors() {
        return ModuleLayer.boot().findModule(VECTORS).isPresent();
    }

    /**
     * Returns the plan of sparse steps on a CPU; warns where it takes an option.
     *
     * @param denseShare as {@link SparsePlan} takes it
     */
    static Optional<SparsePlan> on(Device device, double denseShare) {
        if (device.isGpu()) {
            return Optional.empty();
        }
        if (!hasVectors()) {
            LOG.warn(
                    "training steps are dense and slow: java was started without --add-modules {}",
                    VECTORS);
            return Optional.empty();
        }
        return Optional.of(new SparsePlan(workers(), denseShare));
    }

    /** Returns the threads that all jobs of this process share. */
    public static Workers workers() {
        return Shared.WORKERS;
    }

    /** Comes to life with the first sparse step, once the number of threads has been set. */
    private static final class Shared {

        /** By default as many threads as there are processors. */
        private static final Workers WORKERS =
                new Workers(
                        Integer.getInteger(THREADS, Runtime.getRuntime().availableProcessors()));
    }
}
