package org.lexicographer.runtime.access;

import static java.util.Objects.requireNonNull;

import io.quarkus.oidc.AccessTokenCredential;
import io.quarkus.runtime.BlockingOperationNotAllowedException;
import io.quarkus.security.credential.TokenCredential;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.Response.Status;
import java.util.Optional;
import org.lexicographer.runtime.problem.Problem;
import org.lexicographer.runtime.problem.ProblemException;

/** Who asks, in the request that is answered at present. */
@ApplicationScoped
public class Caller {

    private final SecurityIdentity identity;
    private final boolean isUnknown;

    @Inject
    Caller(SecurityIdentity identity, Access access) {
        this(identity, access.isOff());
    }

    /**
     * Creates the caller.
     *
     * @param isUnknown whether nobody has to say who they are
     */
    Caller(SecurityIdentity identity, boolean isUnknown) {
        this.identity = requireNonNull(identity, "identity is null");
        this.isUnknown = isUnknown;
    }

    /**
     * Returns whose the caller's runs are; empty while access is off, and where the caller is not
     * known, or what it shows is not good.
     */
    public Optional<String> owner() {
        return isKnown() ? Optional.of(identity.getPrincipal().getName()) : Optional.empty();
    }

    /** Answers about a refused request are made on threads that must not wait for an identity. */
    private boolean isKnown() {
        try {
            return !isUnknown && !identity.isAnonymous();
        } catch (SecurityException | BlockingOperationNotAllowedException e) {
            return false;
        }
    }

    /** Tells whether the caller may do everything. */
    public boolean isOperator() {
        return identity.hasRole(Roles.OPERATOR);
    }

    /** Returns the name of the key by which the caller is known, if it is known by one. */
    public Optional<String> key() {
        return isKnown()
                ? Optional.ofNullable(identity.getAttribute(ApiKeys.KEY))
                : Optional.empty();
    }

    /**
     * Returns the header with which another service is asked in the caller's name: its token or
     * key, or the token that was got when it logged in.
     */
    public Optional<String> authorization() {
        return Optional.<TokenCredential>ofNullable(
                        identity.getCredential(AccessTokenCredential.class))
                .or(() -> Optional.ofNullable(identity.getCredential(TokenCredential.class)))
                .map(credential -> "Bearer " + credential.getToken());
    }

    /**
     * Checks that the caller may change a run.
     *
     * @param owner whose it is; a run that nobody owns is the operators'
     * @throws ProblemException 403 when it may not
     */
    public void mustChange(String run, Optional<String> owner) {
        if (!isOperator() && (owner.isEmpty() || !owner.equals(owner()))) {
            throw forbidden(
                    "run is another's: expected=%s or the role %s, found=%s, run=%s"
                            .formatted(
                                    owner.orElse("nobody"),
                                    Roles.OPERATOR,
                                    owner().orElse("nobody"),
                                    run));
        }
    }

    /**
     * Checks that the caller is an operator.
     *
     * @param what is to be done, for the message
     * @throws ProblemException 403 when it is none
     */
    public void mustOperate(String what) {
        if (!isOperator()) {
            throw forbidden(
                    "role missing to %s: expected=%s, found=%s"
                            .formatted(what, Roles.OPERATOR, identity.getRoles()));
        }
    }

    private static ProblemException forbidden(String detail) {
        return new ProblemException(Problem.of(Status.FORBIDDEN.getStatusCode(), detail));
    }
}
