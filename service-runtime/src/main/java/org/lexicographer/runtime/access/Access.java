package org.lexicographer.runtime.access;

import static java.util.Objects.requireNonNull;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.interceptor.Interceptor;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.lexicographer.runtime.access.AccessConfig.Mode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether callers have to say who they are. It is decided once, at the start, and a service that
 * others can reach and nobody has decided it for does not start.
 */
@ApplicationScoped
public class Access {

    private static final Logger LOG = LoggerFactory.getLogger(Access.class);

    private final Optional<Mode> mode;
    private final String host;
    private final List<String> ways;

    /** Decides by the settings. */
    @Inject
    Access(
            AccessConfig config,
            IdentityProviderConfig identityProvider,
            @ConfigProperty(name = "quarkus.http.host") String host) {
        this(config.mode(), host, ways(config, identityProvider));
    }

    /**
     * Decides.
     *
     * @param mode what a setting says, if one does
     * @param host the interface that the service listens on
     * @param ways in which callers can say who they are
     */
    Access(Optional<Mode> mode, String host, List<String> ways) {
        this.mode = requireNonNull(mode, "mode is null");
        this.host = requireNonNull(host, "host is null");
        this.ways = List.copyOf(ways);
    }

    private static List<String> ways(AccessConfig config, IdentityProviderConfig provider) {
        Optional<String> tokens = provider.address().map(url -> "tokens of " + url);
        Optional<String> keys = config.keysFile().map(file -> "keys of " + file);
        return List.of(tokens, keys).stream().flatMap(Optional::stream).toList();
    }

    /** Tells whether everybody may do everything. */
    public boolean isOff() {
        return mode.map(Mode.OFF::equals).orElse(ways.isEmpty());
    }

    /** Says how callers are known, and ends a start after which anybody could do anything. */
    void check(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        check();
        if (isOff()) {
            LOG.info("access is off: everybody may do everything, host={}", host);
        } else {
            LOG.info("access is on: by={}", String.join(", ", ways));
        }
    }

    /**
     * Checks that it is safe to listen.
     *
     * @throws IllegalStateException naming the settings when it is not
     */
    void check() {
        boolean missing = mode.equals(Optional.of(Mode.ON)) || mode.isEmpty() && !isLoopback(host);
        if (ways.isEmpty() && missing) {
            throw new IllegalStateException(
                    ("access is not configured: expected=quarkus.oidc.auth-server-url"
                                    + " (QUARKUS_OIDC_AUTH_SERVER_URL) for tokens of an identity"
                                    + " provider, or access.keys-file (ACCESS_KEYS_FILE) for keys, or"
                                    + " access=off (ACCESS=off) to let everybody do everything, or"
                                    + " quarkus.http.host=127.0.0.1 (QUARKUS_HTTP_HOST) to be reached"
                                    + " from this machine alone; found=none, quarkus.http.host=%s,"
                                    + " access=%s")
                            .formatted(host, mode.map(Access::text).orElse("not set")));
        }
    }

    private static String text(Mode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }

    /** A name may mean another address tomorrow, but for the one that never does. */
    static boolean isLoopback(String host) {
        if (host.equals("localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host.replaceAll("^\\[(.*)]$", "$1")).isLoopbackAddress();
        } catch (IllegalArgumentException name) {
            return false;
        }
    }
}
