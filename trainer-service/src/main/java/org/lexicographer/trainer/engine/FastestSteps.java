package org.lexicographer.trainer.engine;

import ai.djl.Device;
import java.util.Optional;
import org.lexicographer.kernel.VectorModule;
import org.lexicographer.kernel.Workers;
import org.lexicographer.trainer.recipe.sparse.SparsePlan;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which steps are the fastest on a device. */
public final class FastestSteps {

    private static final Logger LOG = LoggerFactory.getLogger(FastestSteps.class);

    private FastestSteps() {}

    /**
     * Returns the plan of sparse steps on a CPU; warns where it takes an option.
     *
     * @param denseShare as {@link SparsePlan} takes it
     */
    public static Optional<SparsePlan> on(Device device, double denseShare) {
        if (device.isGpu()) {
            return Optional.empty();
        }
        if (!VectorModule.isThere()) {
            LOG.warn(
                    "training steps are dense and slow: java was started without --add-modules {}",
                    VectorModule.NAME);
            return Optional.empty();
        }
        return Optional.of(new SparsePlan(Workers.shared(), denseShare));
    }
}
