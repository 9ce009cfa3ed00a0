package org.lexicographer.eval.service.page.session;

import io.quarkus.oidc.IdTokenCredential;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.Optional;
import org.lexicographer.runtime.access.Caller;

/** Who looks at a page, as the page shows it. */
@Named("visitor")
@RequestScoped
public class Visitor {

    private final Caller caller;
    private final SecurityIdentity identity;

    /** Is made anew for every request. */
    @Inject
    Visitor(Caller caller, SecurityIdentity identity) {
        this.caller = caller;
        this.identity = identity;
    }

    /** Returns the visitor's name; empty where nobody has to say it. */
    public Optional<String> getName() {
        return caller.owner();
    }

    /** Tells whether there is a session to leave. */
    public boolean isInSession() {
        return getName().isPresent() && identity.getCredential(IdTokenCredential.class) != null;
    }
}
