package org.lexicographer.pipeline.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.FieldError;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.message.DatasetShard.Split;
import org.lexicographer.pipeline.message.progress.ExtractionProgress;

class MessageTest {

    private static final DictionaryId DICTIONARY =
            DictionaryId.parse("demo/layers.3.mlp.out/standard");

    static Stream<Arguments> keys() {
        return Stream.of(
                arguments(new DatasetShard("demo", "s3://d/a.txt", Split.TRAINING), "demo"),
                arguments(new DatasetEnd("demo"), "demo"),
                arguments(
                        new DictionaryCheckpoint(DICTIONARY, 950, 1, true, "dictionaries/d/"),
                        "demo/layers.3.mlp.out/standard"),
                arguments(
                        new Evaluation(DICTIONARY, 950, false, "held-out", 1, 2, List.of()),
                        "demo/layers.3.mlp.out/standard/950/held-out"),
                arguments(
                        new RunProgress(
                                "demo",
                                new ExtractionProgress("replica-1", 1, 2048, 51.5, 3),
                                RunProgress.State.RUNNING,
                                Optional.empty()),
                        "demo/activation/replica-1"),
                arguments(
                        RunProgress.ofRun("demo", RunProgress.State.ENDED, Optional.empty()),
                        "demo/run"));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void hasTheKeyOfItsSubject(PipelineMessage message, String key) {
        assertThat(message.key()).isEqualTo(key);
    }

    @Test
    void aShardIsForTrainingUnlessItSaysOtherwise() {
        assertThat(DatasetMessage.read("{\"run\":\"demo\",\"uri\":\"s3://b/k\"}".getBytes(UTF_8)))
                .isEqualTo(new DatasetShard("demo", "s3://b/k", DatasetShard.Split.TRAINING));
    }

    @Test
    void namesTheDatasetOfAMix() {
        DatasetMessage shard =
                read("{'run':'demo','uri':'s3://b/k','split':'training','dataset':'code'}");
        DatasetMessage end = read("{'run':'demo','dataset':'code','end':true}");

        assertThat(shard.dataset()).contains("code");
        assertThat(end).isEqualTo(new DatasetEnd("demo", Optional.of("code")));
        assertThat(DatasetMessage.read(shard.toJson())).isEqualTo(shard);
        assertThat(DatasetMessage.read(end.toJson())).isEqualTo(end);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'run':'demo','uri':'s3://b/k','dataset':'The Web'}",
                "{'run':'demo','uri':'s3://b/k','dataset':'code','split':'evaluation'}",
                "{'run':'demo','dataset':'','end':true}"
            })
    void namesWhatIsNoDatasetOfAMix(String json) {
        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> read(json))
                .withMessageContaining("dataset: ");
    }

    private static DatasetMessage read(String json) {
        return DatasetMessage.read(json.replace('\'', '"').getBytes(UTF_8));
    }

    @Test
    void namesEveryWrongFieldOfAShardAtOnce() {
        // Given
        String json = "{\"run\":\"Demo\",\"uri\":\"ftp://a\",\"split\":\"test\",\"spilt\":1}";

        // Then
        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> DatasetMessage.read(json.getBytes(UTF_8)))
                .satisfies(
                        e ->
                                assertThat(e.errors())
                                        .extracting(FieldError::field)
                                        .containsExactlyInAnyOrder("run", "uri", "split", "spilt"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "\u0000",
                "{\"run\":\"demo\",\"end\":true} more",
                "{\"run\":\"a\",\"run\":\"b\",\"end\":true}"
            })
    void refusesWhatIsNotOneJsonObject(String json) {
        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> DatasetMessage.read(json.getBytes(UTF_8)));
    }

    @Test
    void refusesAMessageWithoutItsFields() {
        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> RunProgress.read("{}".getBytes(UTF_8)))
                .withMessageContaining("run: missing");
    }

    @Test
    void figuresThatAreNoNumbersSurvive() {
        // Given
        RunProgress diverged =
                new RunProgress(
                        "demo",
                        new ExtractionProgress("a", 1, 2, Double.NaN, 3),
                        RunProgress.State.RUNNING,
                        Optional.empty());

        // Then
        assertThat(RunProgress.read(diverged.toJson())).isEqualTo(diverged);
    }
}
