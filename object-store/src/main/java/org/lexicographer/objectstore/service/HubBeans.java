package org.lexicographer.objectstore.service;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.hub.Hub;
import org.lexicographer.objectstore.hub.HubSettings;
import org.lexicographer.objectstore.hub.HubStore;
import org.lexicographer.objectstore.retry.RetryPolicy;

/**
 * Connects to the hub twice, as {@link ObjectStoreBeans} does to the store: somebody who waits for
 * an answer is told of an outage within seconds.
 */
@Singleton
public final class HubBeans {

    private static final RetryPolicy PROMPT =
            new RetryPolicy(Duration.ofMillis(200), Duration.ofSeconds(1), Duration.ofSeconds(3));

    private static final Duration PROMPT_SILENCE = Duration.ofSeconds(10);

    private final HubConfig config;

    HubBeans(HubConfig config) {
        this.config = config;
    }

    private HubSettings settings(Duration silence, RetryPolicy retries) {
        return new HubSettings(
                config.endpoint(),
                config.token(),
                config.redirectHosts(),
                config.offline(),
                silence,
                retries);
    }

    /** Returns the hub for those who answer somebody. */
    @Produces
    @Singleton
    Hub prompt() {
        return new Hub(settings(PROMPT_SILENCE, PROMPT));
    }

    /** Returns what is fetched from the hub, for those who work on something. */
    @Produces
    @Singleton
    HubStore stored(@Patient ObjectStore store) {
        return new HubStore(store, new Hub(settings(config.silence(), RetryPolicy.STANDARD)));
    }
}
