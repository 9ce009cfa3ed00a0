package org.lexicographer.allinone.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.lexicographer.allinone.demo.Demo;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;

class ProgressTextTest {

    private final RunSpec spec = Demo.spec();
    private final RunStatus status = new RunStatus(spec.run());
    private final ProgressText text = new ProgressText(spec, false);

    @Test
    void summarisesAllSites() {
        // Given
        spec.sites()
                .forEach(
                        site ->
                                take(
                                        "trainer/" + site,
                                        Map.of("step", 475.0, "tokensPerSecond", 8000.0)));

        // When
        String summary = text.summary(status, Duration.ofSeconds(75));

        // Then
        assertThat(summary)
                .isEqualTo(
                        "demo  [###############...............]   50 %   step 475 of 950"
                                + "   486,400 tokens   8,000 tokens/s   1:15");
    }

    @Test
    void startsEmpty() {
        assertThat(text.summary(status, Duration.ZERO)).contains("[.....", "0 %", "0:00");
        assertThat(text.details(status)).isEmpty();
    }

    @Test
    void showsLossAndSparsityOfEverySite() {
        // Given
        take(
                "trainer/layers.1.mlp.out",
                Map.of(
                        "step", 12.0,
                        "loss/standard", 0.12345,
                        "l0/standard", 33.3,
                        "lagBytes", 3.0 * (1 << 20)));

        // When, Then
        assertThat(text.details(status))
                .singleElement()
                .asString()
                .contains("layers.1.mlp.out", "12 steps", "loss 0.1235", "L0 33.3", "3 MiB behind");
    }

    @Test
    void showsHowFarEachStageLags() {
        // Given
        take("tokenizer", Map.of("tokens", 1000000.0, "heldOutContexts", 128.0));
        take("activation/a", Map.of("tokens", 90000.0, "tokensPerSecond", 5.0, "lagBlocks", 7.0));

        // When, Then
        assertThat(String.join("\n", text.details(status)))
                .contains("1,000,000 tokens   128 contexts held out")
                .contains("90,000 tokens   5 tokens/s   7 token blocks behind");
    }

    private void take(String part, Map<String, Double> figures) {
        RunProgress progress =
                new RunProgress(spec.run(), part, State.RUNNING, figures, Optional.empty());
        byte[] key = progress.key().getBytes(StandardCharsets.UTF_8);
        status.take(new ConsumerRecord<>(Topics.RUN_PROGRESS, 0, 0, key, progress.toJson()));
    }
}
