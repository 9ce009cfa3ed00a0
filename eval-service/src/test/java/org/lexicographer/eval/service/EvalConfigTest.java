package org.lexicographer.eval.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EvalConfigTest {

    private static EvalConfig config(Map<String, String> values) {
        SmallRyeConfig config =
                new SmallRyeConfigBuilder()
                        .addDefaultInterceptors()
                        .withConverter(MemorySize.class, 100, new MemorySizeConverter())
                        .withConverter(Duration.class, 100, new DurationConverter())
                        .withDefaultValue("java.io.tmpdir", "/tmp")
                        .withDefaultValues(values)
                        .withMapping(EvalConfig.class)
                        .build();
        return config.getConfigMapping(EvalConfig.class);
    }

    @Test
    void evaluatesFinalDictionariesByDefault() {
        // Given / When
        EvalConfig config = config(Map.of());

        // Then
        assertThat(config.intermediate()).isFalse();
        assertThat(config.dictionaryMemory().asBigInteger()).isEqualTo(BigInteger.valueOf(1 << 30));
        assertThat(config.heldOutCheck()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.retryPause()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.statisticsCheck()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.statisticsWait()).isEqualTo(Duration.ofMinutes(15));
        assertThat(config.statisticsRetention()).isEmpty();
        assertThat(config.earlierStatisticsRetention()).isEmpty();
        assertThat(config.claim()).isEqualTo(Duration.ofMinutes(5));
        assertThat(config.modelFolder()).isEqualTo(Path.of("/tmp/lexicographer-eval/models"));
        assertThat(config.modelIdle()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.device()).isEmpty();
        assertThat(config.maxContexts()).isEqualTo(4096);
        assertThat(config.maxFileSize().asBigInteger()).isEqualTo(BigInteger.valueOf(8 << 20));
        assertThat(config.trainerUrl()).isEqualTo(URI.create("http://localhost:8083"));
        assertThat(config.maxImportSize().asBigInteger()).isEqualTo(BigInteger.valueOf(1 << 30));
    }

    @Test
    void keepsStatisticsForAsLongAsIsSaid() {
        EvalConfig config =
                config(
                        Map.of(
                                "eval.statistics-retention", "90d",
                                "eval.earlier-statistics-retention", "P7D"));

        assertThat(config.statisticsRetention()).contains(Duration.ofDays(90));
        assertThat(config.earlierStatisticsRetention()).contains(Duration.ofDays(7));
    }

    @Test
    void aMisspeltKeyFailsAtStartup() {
        assertThatExceptionOfType(ConfigValidationException.class)
                .isThrownBy(() -> config(Map.of("eval.intermediates", "true")))
                .withMessageContaining("eval.intermediates");
    }
}
