package org.lexicographer.pipeline.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.block.TokenBlockFormat;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.HeldOutSet;
import org.lexicographer.pipeline.stored.LostBlocks;
import org.lexicographer.pipeline.stored.RunEnd;

/** What version 0.1 wrote is still read. */
class OldRecordsTest {

    @Test
    void runsAreRead() {
        List<RunSpec> runs =
                OldRecords.records(Topics.RUNS).stream()
                        .filter(record -> record.value() != null)
                        .map(record -> MessageDoor.run(record.key(), record.value()))
                        .toList();

        assertThat(runs).extracting(RunSpec::run).contains("demo", "lossy", "open", "failed");
        assertThat(runs).allSatisfy(spec -> assertThat(spec.recipes()).hasSize(2));
    }

    @Test
    void datasetMessagesAreRead() {
        List<DatasetMessage> messages =
                OldRecords.records(Topics.DATASET_SHARDS).stream()
                        .filter(record -> !new String(record.value(), UTF_8).contains("url"))
                        .map(record -> MessageDoor.dataset(record.key(), record.value()))
                        .toList();

        assertThat(messages)
                .hasSize(4)
                .endsWith(new DatasetEnd("lossy"))
                .allSatisfy(message -> assertThat(message.run()).isEqualTo("lossy"));
        assertThat(
                        DatasetMessage.read(
                                OldRecords.object(
                                        "runs/lossy/dataset-shards/00000000000000000001.json")))
                .isEqualTo(
                        new DatasetShard(
                                "lossy",
                                "s3://lexicographer/datasets/lossy/missing.jsonl",
                                DatasetShard.Split.TRAINING));
    }

    @Test
    void dictionariesAndEvaluationsAreRead() {
        assertThat(OldRecords.records(Topics.DICTIONARIES))
                .hasSize(3)
                .extracting(r -> MessageDoor.dictionary(r.key(), r.value()))
                .extracting(DictionaryCheckpoint::isFinal)
                .containsExactly(false, false, true);
        assertThat(OldRecords.records(Topics.EVALUATIONS))
                .hasSize(2)
                .extracting(record -> Evaluation.read(record.value()))
                .allSatisfy(evaluation -> assertThat(evaluation.metrics()).hasSizeGreaterThan(5))
                .extracting(Evaluation::dictionary)
                .contains(DictionaryId.parse("lossy/layers.0.mlp.out/topk"));
    }

    @Test
    void progressIsRead() {
        assertThat(OldRecords.records(Topics.RUN_PROGRESS))
                .hasSize(18)
                .allSatisfy(record -> MessageDoor.progress(record.key(), record.value()));
    }

    @Test
    void rejectionsAreReadWithTheirHeaders() {
        List<Rejection> rejections =
                OldRecords.records(Topics.REJECTED).stream().map(Rejection::read).toList();

        assertThat(rejections)
                .hasSize(6)
                .anySatisfy(
                        line -> {
                            assertThat(line.source())
                                    .isEqualTo(new Rejection.Source(Topics.DATASET_SHARDS, 0, 0));
                            assertThat(line.line()).contains(9L);
                            assertThat(line.uri())
                                    .contains("s3://lexicographer/datasets/lossy/0.jsonl");
                            assertThat(line.reason()).startsWith("text field is not a text");
                        })
                .anySatisfy(
                        run -> {
                            assertThat(run.source().topic()).isEqualTo(Topics.RUNS);
                            assertThat(run.keyText()).isEqualTo("broken");
                            assertThat(run.uri()).isEmpty();
                        });
    }

    @Test
    void endsOfRunsAreRead() {
        assertThat(RunEnd.read(OldRecords.object("runs/lossy/end.json")))
                .isEqualTo(new RunEnd(State.ENDED, Optional.empty()));
        assertThat(RunEnd.read(OldRecords.object("runs/open/end.json")))
                .isEqualTo(new RunEnd(State.CANCELLED, Optional.of("cancelled by request")));
        assertThat(RunEnd.read(OldRecords.object("runs/failed/end.json")).state())
                .isEqualTo(State.FAILED);
        assertThat(
                        RunEnd.read(
                                "{\"state\":\"FAILED\",\"message\":\"a\",\"lost\":\"TOKEN_BLOCKS\"}"
                                        .getBytes(UTF_8)))
                .isEqualTo(
                        new RunEnd(
                                State.FAILED,
                                Optional.of("a"),
                                Optional.of(LostBlocks.TOKEN_BLOCKS)));
    }

    @Test
    void heldOutSetsAreRead() {
        assertThat(HeldOutSet.read(OldRecords.object("runs/lossy/held-out/complete.json")))
                .isEqualTo(new HeldOutSet(4));
        assertThat(
                        TokenBlockFormat.decode(
                                        OldRecords.object(
                                                "runs/lossy/held-out/"
                                                        + "contexts-00000000000000000000.tokens"))
                                .contexts())
                .isEqualTo(4);
    }
}
