package org.lexicographer.runtime.access;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.credential.TokenCredential;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.time.InstantSource;
import java.util.Optional;
import org.lexicographer.runtime.access.AccessConfig.Mode;

/** Says who holds a key: the keys of the file that {@code access.keys-file} names. */
@Singleton
public final class ApiKeys implements IdentityProvider<ApiKeyRequest> {

    /** The attribute of an identity that says by which key it is known. */
    static final String KEY = "access.key";

    private final Optional<ApiKeyFile> file;

    @Inject
    ApiKeys(AccessConfig config, IdentityProviderConfig identityProvider) {
        this.file = file(config, identityProvider);
    }

    /** Where everybody may do everything, whatever they show, there is nothing to read. */
    private static Optional<ApiKeyFile> file(
            AccessConfig config, IdentityProviderConfig identityProvider) {
        if (config.mode().equals(Optional.of(Mode.OFF))) {
            return Optional.empty();
        }
        InstantSource clock = InstantSource.system();
        return config.keysFile()
                .map(
                        path ->
                                identityProvider.address().isPresent()
                                        ? ApiKeyFile.readOrAwait(path, clock)
                                        : ApiKeyFile.read(path, clock));
    }

    /** A file that cannot be read ends the start, and not the first request. */
    void check(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {}

    @Override
    public Class<ApiKeyRequest> getRequestType() {
        return ApiKeyRequest.class;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(
            ApiKeyRequest request, AuthenticationRequestContext context) {
        return context.runBlocking(() -> identity(request.key()));
    }

    private SecurityIdentity identity(String shown) {
        ApiKey key =
                file.flatMap(keys -> keys.find(shown))
                        .orElseThrow(() -> new AuthenticationFailedException("key not known"));
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(key.holder()))
                .addRole(key.role())
                .addAttribute(KEY, key.name())
                .addCredential(new TokenCredential(shown, "key"))
                .build();
    }
}
