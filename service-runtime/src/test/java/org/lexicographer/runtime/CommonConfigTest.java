package org.lexicographer.runtime;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.objectstore.service.LocalFilesConfig;
import org.lexicographer.objectstore.service.ObjectStoreConfig;
import org.lexicographer.runtime.access.AccessConfig;
import org.lexicographer.runtime.quota.QuotaConfig;
import org.lexicographer.runtime.retention.RetentionConfig;
import org.lexicographer.runtime.start.StartConfig;
import org.lexicographer.runtime.trace.TracesConfig;

/** The settings that all services share: their keys, their defaults, and no others. */
class CommonConfigTest {

    private static final Map<String, String> KEYS =
            Map.of("object-store.access-key", "key", "object-store.secret-key", "secret");

    private static SmallRyeConfig config(Map<String, String> further) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(ObjectStoreConfig.class)
                .withMapping(LocalFilesConfig.class)
                .withMapping(StartConfig.class)
                .withMapping(LeavingConfig.class)
                .withMapping(LanguageModelConfig.class)
                .withMapping(RetentionConfig.class)
                .withMapping(AccessConfig.class)
                .withMapping(QuotaConfig.class)
                .withMapping(TracesConfig.class)
                .withSources(new PropertiesConfigSource(KEYS, "keys", 100))
                .withSources(new PropertiesConfigSource(further, "further", 200))
                .build();
    }

    @Test
    void tracesGoNowhereUnlessACollectorIsNamed() {
        assertThat(traces(Map.of())).isEmpty();
        assertThat(traces(Map.of("traces.endpoint", ""))).isEmpty();
        assertThat(traces(Map.of("traces.endpoint", "http://jaeger:4318")))
                .contains(URI.create("http://jaeger:4318"));
    }

    private static Optional<URI> traces(Map<String, String> settings) {
        return config(settings).getConfigMapping(TracesConfig.class).endpoint();
    }

    @Test
    void whatIsNotSetHasTheDefault() {
        // When
        SmallRyeConfig config = config(Map.of());

        // Then
        ObjectStoreConfig store = config.getConfigMapping(ObjectStoreConfig.class);
        assertThat(store.endpoint()).isEqualTo("http://localhost:9000");
        assertThat(store.region()).isEqualTo("us-east-1");
        assertThat(store.bucket()).isEqualTo("lexicographer");
        assertThat(store.accessKey()).contains("key");
        assertThat(store.secretKey()).contains("secret");
        assertThat(config.getConfigMapping(LocalFilesConfig.class).allowed()).isFalse();
        assertThat(config.getConfigMapping(StartConfig.class).patience()).isEqualTo(Duration.ZERO);
        assertThat(config.getConfigMapping(StartConfig.class).pause())
                .isEqualTo(Duration.ofSeconds(2));
        assertThat(config.getConfigMapping(LeavingConfig.class).jobs())
                .isEqualTo(Duration.ofSeconds(14));
        assertThat(config.getConfigMapping(LeavingConfig.class).withInput()).isFalse();
        assertThat(config.getConfigMapping(LanguageModelConfig.class).memory().asLongValue())
                .isEqualTo(4L << 30);
        assertThat(config.getConfigMapping(LanguageModelConfig.class).cacheSize()).isEmpty();
        assertThat(config.getConfigMapping(RetentionConfig.class).check())
                .isEqualTo(Duration.ofHours(1));
        assertThat(config.getConfigMapping(AccessConfig.class).mode()).isEmpty();
        assertThat(config.getConfigMapping(AccessConfig.class).keysFile()).isEmpty();
        assertThat(config.getConfigMapping(QuotaConfig.class).everybody().runs()).isEmpty();
    }

    @Test
    void whatIsSetIsTaken() {
        // When
        SmallRyeConfig config =
                config(
                        Map.ofEntries(
                                entry("object-store.endpoint", "https://store"),
                                entry("object-store.region", "eu-west-1"),
                                entry("object-store.bucket", "other"),
                                entry("local-files.allowed", "true"),
                                entry("start.patience", "3s"),
                                entry("start.pause", "1s"),
                                entry("leaving.jobs", "2m"),
                                entry("leaving.with-input", "true"),
                                entry("language-model.memory", "512M"),
                                entry("language-model.cache-size", "64G"),
                                entry("retention.check", "10m"),
                                entry("access", "off"),
                                entry("access.keys-file", "/keys.json")));

        // Then
        ObjectStoreConfig store = config.getConfigMapping(ObjectStoreConfig.class);
        assertThat(store.endpoint()).isEqualTo("https://store");
        assertThat(store.region()).isEqualTo("eu-west-1");
        assertThat(store.bucket()).isEqualTo("other");
        assertThat(config.getConfigMapping(LocalFilesConfig.class).allowed()).isTrue();
        assertThat(config.getConfigMapping(StartConfig.class).patience())
                .isEqualTo(Duration.ofSeconds(3));
        assertThat(config.getConfigMapping(StartConfig.class).pause())
                .isEqualTo(Duration.ofSeconds(1));
        assertThat(config.getConfigMapping(LeavingConfig.class).jobs())
                .isEqualTo(Duration.ofMinutes(2));
        assertThat(config.getConfigMapping(LeavingConfig.class).withInput()).isTrue();
        assertThat(config.getConfigMapping(LanguageModelConfig.class).memory().asLongValue())
                .isEqualTo(512L << 20);
        assertThat(config.getConfigMapping(LanguageModelConfig.class).cacheSize())
                .hasValueSatisfying(size -> assertThat(size.asLongValue()).isEqualTo(64L << 30));
        assertThat(config.getConfigMapping(RetentionConfig.class).check())
                .isEqualTo(Duration.ofMinutes(10));
        AccessConfig access = config.getConfigMapping(AccessConfig.class);
        assertThat(access.mode()).contains(AccessConfig.Mode.OFF);
        assertThat(access.keysFile()).contains(Path.of("/keys.json"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "object-store.buckett",
                "local-files.allow",
                "start.patient",
                "leaving.job",
                "retention.checks",
                "access.key-file",
                "quota.run",
                "language-model.memori"
            })
    void aKeyThatNobodyKnowsEndsTheStart(String key) {
        assertThatExceptionOfType(ConfigValidationException.class)
                .isThrownBy(() -> config(Map.of(key, "x")))
                .withMessageContaining(key);
    }
}
