package org.lexicographer.runtime.access;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.lexicographer.pipeline.Checks;

/**
 * A key with which a machine says who it is. The key itself is stored nowhere: it has so many
 * random bits that its plain digest leads nobody back to it.
 *
 * @param name what the key is called in logs
 * @param role what its holder may do
 * @param owner whose runs and imports its holder's are; the name, where nothing is said
 * @param sha256 the SHA-256 digest of the key's text, in hexadecimal
 */
public record ApiKey(String name, String role, Optional<String> owner, String sha256) {

    /** What every key begins with, so that people and scanners of secrets know it for one. */
    public static final String PREFIX = "lex_";

    private static final String DIGEST = "[0-9a-f]{64}";

    /** Checks all components. */
    public ApiKey {
        owner = owner == null ? Optional.empty() : owner;
        sha256 = sha256 == null ? null : sha256.toLowerCase(Locale.ROOT);
        List<String> roles = Roles.ascending();
        new Checks()
                .that("name", name != null && !name.isBlank(), "missing", "a name", name)
                .that("role", role != null && roles.contains(role), "no role", roles, role)
                .that("owner", !owner.equals(Optional.of("")), "empty", "an owner", "")
                .that(
                        "sha256",
                        sha256 != null && sha256.matches(DIGEST),
                        "no digest",
                        "64 hexadecimal digits",
                        sha256 == null ? "nothing" : sha256.length() + " characters")
                .end();
    }

    /** Returns whose its holder's runs are. */
    String holder() {
        return owner.orElse(name);
    }
}
