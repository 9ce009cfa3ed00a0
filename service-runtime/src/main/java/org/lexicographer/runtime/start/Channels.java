package org.lexicographer.runtime.start;

import io.smallrye.reactive.messaging.providers.extension.HealthCenter;
import io.smallrye.reactive.messaging.providers.extension.MediatorManager;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;

/**
 * The channels of the control messages. Quarkus would connect them before HTTP opens, and end the
 * process when a broker's name is not known yet; these wait until {@link ServiceStart} has found
 * the broker and its topics.
 */
@Alternative
@Priority(1)
@ApplicationScoped
public class Channels extends MediatorManager {

    private final HealthCenter health;

    Channels(HealthCenter health) {
        this.health = health;
    }

    /**
     * Called by Quarkus while the process starts; too early to connect. Channels that wait for a
     * broker are no reason to start the process again: {@link StartReadiness} tells of them.
     */
    @Override
    public void start() {
        health.markInitialized();
    }

    /** Connects all channels. */
    void open() {
        super.start();
    }
}
