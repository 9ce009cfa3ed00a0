package org.lexicographer.runtime.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IdentityProviderSwitchTest {

    private static final String SWITCH = "quarkus.oidc.tenant-enabled";
    private static final String ADDRESS = "quarkus.oidc.auth-server-url";

    private static SmallRyeConfig config(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withInterceptors(new IdentityProviderSwitch())
                .withDefaultValue(SWITCH, "true")
                .withProfile("prod")
                .withSources(new PropertiesConfigSource(settings, "settings", 100))
                .build();
    }

    @Test
    void withoutAProviderOpenIdConnectIsOff() {
        assertThat(config(Map.of()).getValue(SWITCH, Boolean.class)).isFalse();
    }

    @Test
    void withAProviderItIsAsItsSettingSays() {
        assertThat(config(Map.of(ADDRESS, "http://id")).getValue(SWITCH, Boolean.class)).isTrue();
        assertThat(config(Map.of("%prod." + ADDRESS, "http://id")).getValue(SWITCH, Boolean.class))
                .isTrue();
        assertThat(
                        config(Map.of(ADDRESS, "http://id", SWITCH, "false"))
                                .getValue(SWITCH, Boolean.class))
                .isFalse();
    }
}
