package org.lexicographer.runtime.access;

import static java.util.Objects.requireNonNull;

import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Set;

/** Takes everybody for an operator while access is off; what a request shows is not looked at. */
@Singleton
public final class OpenAccess implements HttpAuthenticationMechanism {

    /** Before all others. */
    private static final int FIRST = DEFAULT_PRIORITY + 200;

    private static final SecurityIdentity EVERYBODY =
            QuarkusSecurityIdentity.builder()
                    .setPrincipal(new QuarkusPrincipal("everybody"))
                    .addRoles(Roles.upTo(Roles.OPERATOR))
                    .build();

    private final Access access;

    OpenAccess(Access access) {
        this.access = requireNonNull(access, "access is null");
    }

    @Override
    public Uni<SecurityIdentity> authenticate(
            RoutingContext context, IdentityProviderManager identities) {
        return access.isOff() ? Uni.createFrom().item(EVERYBODY) : Uni.createFrom().nullItem();
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom().nullItem();
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return Set.of();
    }

    @Override
    public int getPriority() {
        return FIRST;
    }
}
