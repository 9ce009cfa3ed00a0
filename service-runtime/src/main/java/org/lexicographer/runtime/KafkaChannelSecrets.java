package org.lexicographer.runtime;

import io.smallrye.reactive.messaging.ClientCustomizer;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import org.eclipse.microprofile.config.Config;
import org.lexicographer.pipeline.secret.MountedSecrets;

/** Lets the clients of the channels follow mounted secrets as those of the connection do. */
@ApplicationScoped
public class KafkaChannelSecrets implements ClientCustomizer<Map<String, Object>> {

    @Override
    public Map<String, Object> customize(
            String channel, Config channelConfig, Map<String, Object> settings) {
        return MountedSecrets.followedIn(settings);
    }
}
