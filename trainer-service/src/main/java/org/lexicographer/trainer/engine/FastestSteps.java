package org.lexicographer.trainer.engine;

import ai.djl.Device;
import java.util.Optional;
import org.lexicographer.trainer.recipe.loss.TrainingMethod.Sparsity;
import org.lexicographer.trainer.recipe.sparse.SparsePlan;
import org.lexicographer.trainer.recipe.sparse.VectorKernel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which steps are the fastest on a device. */
public final class FastestSteps {

    private static final Logger LOG = LoggerFactory.getLogger(FastestSteps.class);

    /** The module that sparse steps need; it has to be named when java is started. */
    public static final String VECTORS = "jdk.incubator.vector";

    private FastestSteps() {}

    /** Tells whether sparse steps can be taken on a CPU. */
    public static boolean hasVectors() {
        return ModuleLayer.boot().findModule(VECTORS).isPresent();
    }

    /** Returns the plan of sparse steps on a CPU; warns where it takes an option. */
    static Optional<SparsePlan> on(Device device, Sparsity sparsity) {
        if (device.isGpu()) {
            return Optional.empty();
        }
        if (!hasVectors()) {
            LOG.warn(
                    "training steps are dense and slow: java was started without --add-modules {}",
                    VECTORS);
            return Optional.empty();
        }
        return Optional.of(new SparsePlan(new VectorKernel(), sparsity.denseShare()));
    }
}
