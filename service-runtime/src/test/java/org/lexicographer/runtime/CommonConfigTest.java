package org.lexicographer.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.objectstore.service.LocalFilesConfig;
import org.lexicographer.objectstore.service.ObjectStoreConfig;
import org.lexicographer.runtime.retention.RetentionConfig;
import org.lexicographer.runtime.start.StartConfig;

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
                .withSources(new PropertiesConfigSource(KEYS, "keys", 100))
                .withSources(new PropertiesConfigSource(further, "further", 200))
                .build();
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
        assertThat(store.accessKey()).isEqualTo("key");
        assertThat(store.secretKey()).isEqualTo("secret");
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
    }

    @Test
    void whatIsSetIsTaken() {
        // When
        SmallRyeConfig config =
                config(
                        Map.ofEntries(
                                Map.entry("object-store.endpoint", "https://store"),
                                Map.entry("object-store.region", "eu-west-1"),
                                Map.entry("object-store.bucket", "other"),
                                Map.entry("local-files.allowed", "true"),
                                Map.entry("start.patience", "3s"),
                                Map.entry("start.pause", "1s"),
                                Map.entry("leaving.jobs", "2m"),
                                Map.entry("leaving.with-input", "true"),
                                Map.entry("language-model.memory", "512M"),
                                Map.entry("language-model.cache-size", "64G"),
                                Map.entry("retention.check", "10m")));

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
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "object-store.buckett",
                "local-files.allow",
                "start.patient",
                "leaving.job",
                "retention.checks",
                "language-model.memori"
            })
    void aKeyThatNobodyKnowsEndsTheStart(String key) {
        assertThatExceptionOfType(ConfigValidationException.class)
                .isThrownBy(() -> config(Map.of(key, "x")))
                .withMessageContaining(key);
    }
}
