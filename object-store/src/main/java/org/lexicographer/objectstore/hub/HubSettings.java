package org.lexicographer.objectstore.hub;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lexicographer.objectstore.retry.RetryPolicy;

/**
 * Where the hub is, and how it is asked.
 *
 * @param endpoint the hub's address; the token goes to this scheme, host and port alone
 * @param token what gives access to private and gated repositories
 * @param redirectHosts the other hosts that the hub may send its readers to, for large files; one
 *     that begins with a dot stands for all hosts under it
 * @param offline whether only what is stored already is read
 * @param silence how long a hub that says nothing is listened to
 * @param retries how long an outage is waited for
 */
public record HubSettings(
        URI endpoint,
        Optional<String> token,
        Set<String> redirectHosts,
        boolean offline,
        Duration silence,
        RetryPolicy retries) {

    /** The hub that is asked where nobody has named another. */
    public static final String DEFAULT_ENDPOINT = "https://huggingface.co";

    /** Where that hub sends its readers to for large files. */
    public static final String DEFAULT_REDIRECT_HOSTS = ".hf.co";

    private static final Duration DEFAULT_SILENCE = Duration.ofSeconds(60);

    public HubSettings {
        requireNonNull(endpoint, "endpoint is null");
        requireNonNull(silence, "silence is null");
        requireNonNull(retries, "retries is null");
        token = token.map(String::strip).filter(text -> !text.isEmpty());
        token.ifPresent(HubSettings::checkToken);
        redirectHosts = Set.copyOf(redirectHosts);
        if (endpoint.getHost() == null
                || !Set.of("http", "https").contains(String.valueOf(endpoint.getScheme()))
                || endpoint.getRawQuery() != null
                || endpoint.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "not a hub's address: expected=https://host without user and query, found=%s://%s"
                            .formatted(endpoint.getScheme(), endpoint.getHost()));
        }
    }

    /** Whoever sends another one would name it whole in the fault, so it goes no further. */
    private static void checkToken(String token) {
        int printable = (int) token.chars().takeWhile(c -> c > ' ' && c <= '~').count();
        if (printable < token.length()) {
            throw new IllegalArgumentException(
                    "hub's token has a character that no token has: expected=printable ASCII without spaces, found=U+%04X at index %d"
                            .formatted((int) token.charAt(printable), printable));
        }
    }

    /** Returns the settings of a program that is no service, by the names that the field has. */
    public static HubSettings of(Map<String, String> environment) {
        return new HubSettings(
                URI.create(environment.getOrDefault("HF_ENDPOINT", DEFAULT_ENDPOINT)),
                Optional.ofNullable(environment.get("HF_TOKEN")),
                Set.of(
                        environment
                                .getOrDefault("HUB_REDIRECT_HOSTS", DEFAULT_REDIRECT_HOSTS)
                                .split(",")),
                Set.of("1", "true").contains(environment.getOrDefault("HF_HUB_OFFLINE", "")),
                DEFAULT_SILENCE,
                RetryPolicy.STANDARD);
    }

    /** Returns the address of a path, whose parts are encoded already. */
    URI at(String encodedPath) {
        String base = endpoint.toString();
        return URI.create((base.endsWith("/") ? base : base + "/") + encodedPath);
    }

    /** Tells whether an address is the hub's own: what the token may be shown to. */
    boolean isHub(URI uri) {
        return endpoint.getScheme().equals(uri.getScheme())
                && endpoint.getHost().equalsIgnoreCase(uri.getHost())
                && endpoint.getPort() == uri.getPort();
    }

    /** Tells whether the hub may send its readers to an address; from TLS only to TLS. */
    boolean isAllowed(URI uri) {
        if (isHub(uri)) {
            return true;
        }
        boolean sameSecrecy = "https".equals(uri.getScheme());
        boolean openAnyway = "http".equals(endpoint.getScheme()) && "http".equals(uri.getScheme());
        return (sameSecrecy || openAnyway)
                && uri.getHost() != null
                && redirectHosts.stream().anyMatch(host -> covers(host, uri.getHost()));
    }

    private static boolean covers(String allowed, String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return allowed.startsWith(".") ? name.endsWith(allowed) : name.equals(allowed);
    }

    /** The token is a secret. */
    @Override
    public String toString() {
        return "HubSettings[endpoint=%s, token=%s, redirectHosts=%s, offline=%s]"
                .formatted(endpoint, token.isPresent() ? "set" : "none", redirectHosts, offline);
    }
}
