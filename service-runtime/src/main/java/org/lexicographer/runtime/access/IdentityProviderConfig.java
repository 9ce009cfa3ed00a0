package org.lexicographer.runtime.access;

import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/** Where tokens come from, as the settings of Quarkus's OpenID Connect say it. */
@Singleton
public final class IdentityProviderConfig {

    private static final String ADDRESS = "quarkus.oidc.auth-server-url";
    private static final String KEY = "quarkus.oidc.public-key";

    private final Optional<String> address;

    IdentityProviderConfig(Config config) {
        this.address = text(config, ADDRESS).or(() -> text(config, KEY).map(key -> "one key"));
    }

    private static Optional<String> text(Config config, String name) {
        return config.getOptionalValue(name, String.class).filter(value -> !value.isBlank());
    }

    /** Returns the provider's address, or what stands for it; empty where there is none. */
    public Optional<String> address() {
        return address;
    }
}
