package org.lexicographer.runtime.access;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.Priorities;
import jakarta.annotation.Priority;
import java.util.List;

/**
 * Leaves OpenID Connect off where no identity provider is set. Without this a service that has none
 * would not start, or whoever has one would have to say so twice.
 */
@Priority(Priorities.APPLICATION + 100)
public final class IdentityProviderSwitch implements ConfigSourceInterceptor {

    private static final long serialVersionUID = 1L;

    private static final String SWITCH = "quarkus.oidc.tenant-enabled";

    /** Any of these says where tokens come from. */
    private static final List<String> PROVIDERS =
            List.of(
                    "quarkus.oidc.auth-server-url",
                    "quarkus.oidc.public-key",
                    "quarkus.oidc.provider");

    @Override
    public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue value = context.proceed(name);
        if (!name.equals(SWITCH) || PROVIDERS.stream().anyMatch(it -> isSet(context, it))) {
            return value;
        }
        return ConfigValue.builder().withName(name).withValue("false").build();
    }

    private static boolean isSet(ConfigSourceInterceptorContext context, String name) {
        ConfigValue value = context.proceed(name);
        return value != null && value.getValue() != null && !value.getValue().isBlank();
    }
}
