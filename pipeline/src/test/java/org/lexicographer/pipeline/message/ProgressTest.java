package org.lexicographer.pipeline.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.account.DatasetAccount;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.EvaluationProgress;
import org.lexicographer.pipeline.message.progress.ExtractionProgress;
import org.lexicographer.pipeline.message.progress.MemoryWait;
import org.lexicographer.pipeline.message.progress.PartProgress;
import org.lexicographer.pipeline.message.progress.RecipeProgress;
import org.lexicographer.pipeline.message.progress.StreamProgress;
import org.lexicographer.pipeline.message.progress.TokenizerProgress;
import org.lexicographer.pipeline.message.progress.TrainingProgress;
import org.lexicographer.pipeline.message.progress.WholeRun;

/** What a part writes of its progress is what its readers read. */
class ProgressTest {

    static Stream<PartProgress> parts() {
        return Stream.of(
                new WholeRun(),
                new TokenizerProgress(
                        1, 2, 3, 4, 5.5, new DatasetAccount(6, 7, 8, 9, 10, 11, List.of())),
                new ExtractionProgress("replica-1", 1, 2, 3.5, 4),
                new ExtractionProgress("replica-1/2", 2, 1, 2, 3.5, 4),
                training(),
                TrainingProgress.waiting(
                        Site.parse("embed"), 1, 2, Optional.of(new MemoryWait(3, 4, 5, 6))),
                new EvaluationProgress(DictionaryId.parse("demo/embed/a"), 1, 2));
    }

    private static TrainingProgress training() {
        return new TrainingProgress(
                Site.parse("layers.3.mlp.out"),
                1,
                2,
                3,
                4.5,
                new StreamProgress(5, OptionalLong.of(6), OptionalLong.of(7), 8, 9),
                Map.of(
                        "going",
                        new RecipeProgress(
                                Optional.of(new RecipeProgress.Report(0.5, 1.5, 2)),
                                OptionalLong.empty(),
                                OptionalLong.empty()),
                        "diverged",
                        new RecipeProgress(
                                Optional.empty(), OptionalLong.of(10), OptionalLong.empty()),
                        "stopped",
                        new RecipeProgress(
                                Optional.of(new RecipeProgress.Report(Double.NaN, 0, 0)),
                                OptionalLong.empty(),
                                OptionalLong.of(11))));
    }

    @ParameterizedTest
    @MethodSource("parts")
    void everyFigureOfAPartIsReadAsItWasWritten(PartProgress part) {
        RunProgress said =
                new RunProgress(
                        "demo", part, State.FAILED, Optional.of("why"), OptionalLong.of(12));

        assertThat(RunProgress.read(said.toJson())).isEqualTo(said);
        assertThat(Json.read(Json.write(List.of(said)), RunProgress[].class)).containsExactly(said);
        assertThat(MessageDoor.progress(MessageDoor.key(said.key()), said.toJson()))
                .isEqualTo(said);
    }

    @Test
    void theFiguresOfEveryPartHaveTheirNames() {
        assertThat(parts().flatMap(part -> part.figures().values().keySet().stream()))
                .containsOnly(
                        "blocks",
                        "contexts",
                        "contextsTotal",
                        "cutShards",
                        "deadLatents/going",
                        "deadLatents/stopped",
                        "divergedAtStep/diverged",
                        "documents",
                        "excludedRows",
                        "heldOutContexts",
                        "highNormRows",
                        "l0/going",
                        "l0/stopped",
                        "lagBlocks",
                        "lagBytes",
                        "leftOutDocuments",
                        "leftOutLines",
                        "leftOutShards",
                        "loss/going",
                        "loss/stopped",
                        "memoryBudgetBytes",
                        "memoryFreeBytes",
                        "memoryNeededBytes",
                        "memoryReplicas",
                        "nextSequence",
                        "shards",
                        "stage",
                        "step",
                        "steps",
                        "stoppedAtStep/stopped",
                        "tokens",
                        "tokensPerSecond");
    }

    @Test
    void whatVersionOneWroteKeepsItsFigures() {
        assertThat(OldRecords.records(Topics.RUN_PROGRESS))
                .allSatisfy(
                        record -> {
                            Map<String, Double> old =
                                    Json.read(record.value(), RunProgress.Fields.class).figures();
                            RunProgress read = RunProgress.read(record.value());
                            assertThat(read.fields().figures()).containsAllEntriesOf(old);
                        });
    }

    @Test
    void aFigureOfALaterVersionIsPassedOver() {
        byte[] json =
                "{\"run\":\"demo\",\"part\":\"tokenizer\",\"state\":\"RUNNING\",\"figures\":{\"blocks\":3.0,\"colour\":7.0}}"
                        .getBytes(UTF_8);

        assertThat(((TokenizerProgress) RunProgress.read(json).part()).blocks()).isEqualTo(3);
    }

    @Test
    void aPartThatThereIsNotIsRefused() {
        byte[] json =
                "{\"run\":\"demo\",\"part\":\"cook\",\"state\":\"RUNNING\",\"figures\":{}}"
                        .getBytes(UTF_8);

        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> RunProgress.read(json))
                .withMessage(
                        "part: unknown part: expected=run|tokenizer|activation/REPLICA"
                                + "|trainer/SITE|evaluation/DICTIONARY, found=cook");
    }
}
