package org.lexicographer.runtime.quota;

import static java.util.Objects.requireNonNull;

import io.quarkus.runtime.configuration.MemorySize;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response.Status;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.lexicographer.runtime.problem.Problem;
import org.lexicographer.runtime.problem.ProblemException;
import org.lexicographer.runtime.quota.QuotaConfig.Limits;

/** The limits of single owners, and what is said to whoever is above one. */
@Singleton
public final class Quotas {

    /** The type of the problem of a request that asks for more than its sender may have. */
    public static final String EXCEEDED = "urn:lexicographer:problem:quota-exceeded";

    private final QuotaConfig config;

    Quotas(QuotaConfig config) {
        this.config = requireNonNull(config, "config is null");
    }

    /** Something of which an owner may have so much. */
    public enum Rule {
        /** Runs at work at a time. */
        RUNS("runs at work", "quota.runs"),
        /** Sites of one run. */
        SITES("sites of a run", "quota.sites"),
        /** Latents of all runs at work. */
        LATENTS("latents of runs at work", "quota.latents"),
        /** Bytes of all imports. */
        IMPORT_SIZE("bytes of imports", "quota.import-size");

        private final String words;
        private final String setting;

        Rule(String words, String setting) {
            this.words = words;
            this.setting = setting;
        }

        private Optional<Long> of(Limits limits) {
            return switch (this) {
                case RUNS -> limits.runs().map(Integer::longValue);
                case SITES -> limits.sites().map(Integer::longValue);
                case LATENTS -> limits.latents();
                case IMPORT_SIZE -> limits.importSize().map(MemorySize::asLongValue);
            };
        }
    }

    /** Returns how much an owner may have; empty where there is no limit. */
    public Optional<Long> limit(Rule rule, String owner) {
        Function<Limits, Optional<Long>> most = rule::of;
        return Optional.ofNullable(config.owners().get(owner))
                .flatMap(most)
                .or(() -> most.apply(config.everybody()));
    }

    /** Tells whether any of some rules limits an owner, so that its use has to be known. */
    public boolean isLimited(String owner, List<Rule> rules) {
        return rules.stream().anyMatch(rule -> limit(rule, owner).isPresent());
    }

    /**
     * Checks that an owner stays within a limit.
     *
     * @param used what the owner has
     * @param asked what is to be added
     * @throws ProblemException 403 naming the rule, the limit and what is used, when it would not
     */
    public void check(Rule rule, String owner, long used, long asked) {
        limit(rule, owner)
                .filter(most -> used + asked > most)
                .ifPresent(
                        most -> {
                            throw exceeded(rule, owner, most, used, asked);
                        });
    }

    private static ProblemException exceeded(
            Rule rule, String owner, long most, long used, long asked) {
        return new ProblemException(
                new Problem(
                        EXCEEDED,
                        "Quota exceeded",
                        Status.FORBIDDEN.getStatusCode(),
                        "quota exceeded: rule=%s, limit=%d, used=%d, asked=%d, owner=%s, setting=%s"
                                .formatted(rule.words, most, used, asked, owner, rule.setting),
                        Optional.empty(),
                        List.of()));
    }
}
