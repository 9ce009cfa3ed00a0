package org.lexicographer.runtime.access;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether a service starts whose keys are not there. */
class ApiKeysTest {

    private static final String PROVIDER = "quarkus.oidc.auth-server-url";

    @TempDir Path folder;

    @Test
    void keysAreNotReadWhileAccessIsOff() {
        assertThatCode(() -> keys(Map.of("access", "off"))).doesNotThrowAnyException();
    }

    @Test
    void besideAnIdentityProviderKeysMayBeAbsent() {
        assertThatCode(() -> keys(Map.of(PROVIDER, "https://id.example.org")))
                .doesNotThrowAnyException();
    }

    @Test
    void keysAloneHaveToBeThere() {
        assertThatIllegalStateException()
                .isThrownBy(() -> keys(Map.of()))
                .withMessageContaining("keys not readable")
                .withMessageContaining("absent.json");
        assertThatIllegalStateException().isThrownBy(() -> keys(Map.of("access", "on")));
    }

    /** Keys of a file that is not there. */
    private ApiKeys keys(Map<String, String> further) {
        Map<String, String> settings = new HashMap<>(further);
        settings.put("access.keys-file", folder.resolve("absent.json").toString());
        SmallRyeConfig config =
                new SmallRyeConfigBuilder()
                        .addDiscoveredConverters()
                        .withMapping(AccessConfig.class)
                        .withSources(new PropertiesConfigSource(settings, "settings", 100))
                        .build();
        return new ApiKeys(
                config.getConfigMapping(AccessConfig.class), new IdentityProviderConfig(config));
    }
}
