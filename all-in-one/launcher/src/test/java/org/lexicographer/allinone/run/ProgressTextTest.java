package org.lexicographer.allinone.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.lexicographer.allinone.demo.Demo;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.account.DatasetAccount;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.ExtractionProgress;
import org.lexicographer.pipeline.message.progress.PartProgress;
import org.lexicographer.pipeline.message.progress.RecipeProgress;
import org.lexicographer.pipeline.message.progress.StreamProgress;
import org.lexicographer.pipeline.message.progress.TokenizerProgress;
import org.lexicographer.pipeline.message.progress.TrainingProgress;
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
                                        new TrainingProgress(
                                                site,
                                                475,
                                                950,
                                                0,
                                                8000,
                                                StreamProgress.START,
                                                Map.of())));

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
        OptionalLong lagBytes = OptionalLong.of(3 << 20);
        take(
                new TrainingProgress(
                        Site.parse("layers.1.mlp.out"),
                        12,
                        950,
                        0,
                        0,
                        new StreamProgress(7, OptionalLong.of(24), lagBytes, 0, 0),
                        Map.of("standard", seen(0.12345, 33.3))));

        // When, Then
        assertThat(text.details(status))
                .singleElement()
                .asString()
                .contains(
                        "layers.1.mlp.out", "12 steps", "loss 0.1235", "L0 33.3", "3.0 MiB behind");
    }

    @Test
    void showsHowFarEachStageLags() {
        // Given
        take(
                new TokenizerProgress(
                        1, 1, 1_000_000, 128, 0, new DatasetAccount(1, 9, 1, 0, 3, 3, List.of())));
        take(new ExtractionProgress("a", 1, 90_000, 5, 7));

        // When, Then
        assertThat(String.join("\n", text.details(status)))
                .contains("1,000,000 tokens   128 contexts held out")
                .contains("left out: 1 of 2 shards, 3 of 12 documents")
                .contains("90,000 tokens   5 tokens/s   7 token blocks behind");
    }

    @Test
    void showsStagesOfAForwardPassByTheirNumbers() {
        // Given
        take(new ExtractionProgress("a", 1, 90_000, 5, 7));
        take(new ExtractionProgress("a", 1, 1, 80_000, 4, 8));

        // When, Then
        assertThat(text.details(status))
                .containsExactly(
                        "  activation-service     90,000 tokens   5 tokens/s   7 token blocks behind   ",
                        "  activation-service 1   80,000 tokens   4 tokens/s   8 blocks behind   ");
    }

    private static RecipeProgress seen(double loss, double l0) {
        return new RecipeProgress(
                Optional.of(new RecipeProgress.Report(loss, l0, 0)),
                OptionalLong.empty(),
                OptionalLong.empty());
    }

    private void take(PartProgress part) {
        RunProgress progress = new RunProgress(spec.run(), part, State.RUNNING, Optional.empty());
        byte[] key = progress.key().getBytes(StandardCharsets.UTF_8);
        status.take(new ConsumerRecord<>(Topics.RUN_PROGRESS, 0, 0, key, progress.toJson()));
    }
}
