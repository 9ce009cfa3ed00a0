package org.lexicographer.runtime.access;

import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.stream.Collectors;

/** Gives a caller the roles that its own ones include, once Quarkus has mapped groups to roles. */
@Singleton
public final class ImpliedRoles implements SecurityIdentityAugmentor {

    @Override
    public Uni<SecurityIdentity> augment(
            SecurityIdentity identity, AuthenticationRequestContext context) {
        Set<String> implied =
                identity.getRoles().stream()
                        .flatMap(role -> Roles.upTo(role).stream())
                        .collect(Collectors.toSet());
        return Uni.createFrom()
                .item(
                        identity.getRoles().containsAll(implied)
                                ? identity
                                : QuarkusSecurityIdentity.builder(identity)
                                        .addRoles(implied)
                                        .build());
    }
}
