package org.lexicographer.runtime.access;

import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Set;

/**
 * Takes a key from where a token would be, {@code Authorization: Bearer lex_...}: whoever can send
 * the one can send the other. What does not begin as keys do is left to the identity provider.
 */
@Singleton
public final class ApiKeyMechanism implements HttpAuthenticationMechanism {

    /** Before OpenID Connect, which takes every bearer token for its own. */
    private static final int BEFORE_TOKENS = DEFAULT_PRIORITY + 100;

    private static final String SCHEME = "Bearer ";

    @Override
    public Uni<SecurityIdentity> authenticate(
            RoutingContext context, IdentityProviderManager identities) {
        String shown = context.request().getHeader(HttpHeaders.AUTHORIZATION);
        if (shown == null || !shown.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Uni.createFrom().nullItem();
        }
        String key = shown.substring(SCHEME.length()).strip();
        return key.startsWith(ApiKey.PREFIX)
                ? identities.authenticate(new ApiKeyRequest(key))
                : Uni.createFrom().nullItem();
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom().nullItem();
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return Set.of(ApiKeyRequest.class);
    }

    @Override
    public int getPriority() {
        return BEFORE_TOKENS;
    }
}
