package org.lexicographer.runtime.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lexicographer.runtime.problem.Problem;
import org.lexicographer.runtime.problem.ProblemException;
import org.lexicographer.runtime.quota.Quotas.Rule;

class QuotasTest {

    private static Quotas quotas(Map<String, String> settings) {
        return new Quotas(
                new SmallRyeConfigBuilder()
                        .addDiscoveredConverters()
                        .withMapping(QuotaConfig.class)
                        .withSources(new PropertiesConfigSource(settings, "settings", 100))
                        .build()
                        .getConfigMapping(QuotaConfig.class));
    }

    @Test
    void whatIsNotSetIsNotLimited() {
        Quotas quotas = quotas(Map.of());

        for (Rule rule : Rule.values()) {
            assertThat(quotas.limit(rule, "alice")).isEmpty();
            assertThatCode(() -> quotas.check(rule, "alice", Long.MAX_VALUE / 2, 1))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void oneOwnersLimitStandsInPlaceOfEverybodys() {
        Quotas quotas =
                quotas(
                        Map.of(
                                "quota.runs", "2",
                                "quota.sites", "6",
                                "quota.latents", "100000",
                                "quota.import-size", "1G",
                                "quota.owners.alice.runs", "9",
                                "quota.owners.\"bob@example.org\".latents", "7"));

        assertThat(quotas.limit(Rule.RUNS, "alice")).contains(9L);
        assertThat(quotas.limit(Rule.RUNS, "bob@example.org")).contains(2L);
        assertThat(quotas.limit(Rule.SITES, "alice")).contains(6L);
        assertThat(quotas.limit(Rule.LATENTS, "bob@example.org")).contains(7L);
        assertThat(quotas.limit(Rule.LATENTS, "alice")).contains(100_000L);
        assertThat(quotas.limit(Rule.IMPORT_SIZE, "alice")).contains(1L << 30);
    }

    @Test
    void aRefusalNamesTheRuleTheLimitAndWhatIsUsed() {
        Quotas quotas = quotas(Map.of("quota.runs", "2"));

        assertThatCode(() -> quotas.check(Rule.RUNS, "alice", 1, 1)).doesNotThrowAnyException();
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> quotas.check(Rule.RUNS, "alice", 2, 1))
                .satisfies(
                        e -> {
                            Problem problem = e.problem();
                            assertThat(problem.type()).isEqualTo(Quotas.EXCEEDED);
                            assertThat(problem.status()).isEqualTo(403);
                            assertThat(problem.detail())
                                    .isEqualTo(
                                            "quota exceeded: rule=runs at work, limit=2, used=2,"
                                                    + " asked=1, owner=alice, setting=quota.runs");
                        });
    }
}
