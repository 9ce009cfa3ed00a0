package org.lexicographer.objectstore.service;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.lexicographer.objectstore.hub.HubSettings;

/** The hub that models, datasets and dictionaries named {@code hf://} come from. */
@ConfigMapping(prefix = "hub")
public interface HubConfig {

    /** The hub's address. */
    @WithDefault("${HF_ENDPOINT:" + HubSettings.DEFAULT_ENDPOINT + "}")
    URI endpoint();

    /** What gives access to private and gated repositories; goes to the endpoint alone. */
    @WithDefault("${HF_TOKEN:}")
    Optional<String> token();

    /** Other hosts that large files may come from; one with a dot before it, and all under it. */
    @WithDefault(HubSettings.DEFAULT_REDIRECT_HOSTS)
    Set<String> redirectHosts();

    /** Whether only what is stored already is read. */
    @WithDefault("${HF_HUB_OFFLINE:false}")
    boolean offline();

    /** How long a hub that says nothing is listened to. */
    @WithDefault("60s")
    Duration silence();
}
