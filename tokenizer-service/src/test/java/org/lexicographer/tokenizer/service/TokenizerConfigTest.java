package org.lexicographer.tokenizer.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TokenizerConfigTest {

    @Test
    void hasDefaults() {
        TokenizerConfig config = config(Map.of());

        assertThat(config.threads()).isEmpty();
        assertThat(config.maxLag().asLongValue()).isEqualTo(64 << 20);
        assertThat(config.retryPause()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.endCheck()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void takesSettings() {
        TokenizerConfig config =
                config(
                        Map.of(
                                "tokenizer.threads", "3",
                                "tokenizer.max-lag", "1M",
                                "tokenizer.retry-pause", "PT2S",
                                "tokenizer.end-check", "PT3S"));

        assertThat(config.threads()).hasValue(3);
        assertThat(config.maxLag().asLongValue()).isEqualTo(1 << 20);
        assertThat(config.retryPause()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.endCheck()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void refusesUnknownSettings() {
        assertThatThrownBy(() -> config(Map.of("tokenizer.thread", "3")))
                .isInstanceOf(ConfigValidationException.class)
                .hasMessageContaining("tokenizer.thread");
    }

    private static TokenizerConfig config(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .withMapping(TokenizerConfig.class)
                .withConverter(MemorySize.class, 200, new MemorySizeConverter())
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .build()
                .getConfigMapping(TokenizerConfig.class);
    }
}
