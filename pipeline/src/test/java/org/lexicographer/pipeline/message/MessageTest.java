package org.lexicographer.pipeline.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.message.progress.ExtractionProgress;

/** The JSON of each message, as it has been written since the first release. */
class MessageTest {

    private static final DictionaryId DICTIONARY =
            DictionaryId.parse("demo/layers.3.mlp.out/standard");

    static Stream<Arguments> golden() {
        return Stream.of(
                arguments(
                        new DatasetShard(
                                "demo", "s3://datasets/a.jsonl.zst", DatasetShard.Split.TRAINING),
                        "demo",
                        """
                        {"run":"demo","uri":"s3://datasets/a.jsonl.zst","split":"training"}\
                        """),
                arguments(
                        new DatasetShard("demo", "file:/a.txt", DatasetShard.Split.EVALUATION),
                        "demo",
                        """
                        {"run":"demo","uri":"file:/a.txt","split":"evaluation"}\
                        """),
                arguments(
                        new DatasetEnd("demo"),
                        "demo",
                        """
                        {"run":"demo","end":true}\
                        """),
                arguments(
                        new DictionaryCheckpoint(DICTIONARY, 950, 972_800, true, "dictionaries/d/"),
                        "demo/layers.3.mlp.out/standard",
                        """
                        {"dictionary":"demo/layers.3.mlp.out/standard","step":950,\
                        "tokens":972800,"final":true,"prefix":"dictionaries/d/"}\
                        """),
                arguments(
                        new Evaluation(
                                DICTIONARY,
                                950,
                                false,
                                "held-out",
                                128,
                                32_768,
                                List.of(new Evaluation.Metric("l0", 1, 36.5))),
                        "demo/layers.3.mlp.out/standard/950/held-out",
                        """
                        {"dictionary":"demo/layers.3.mlp.out/standard","step":950,"final":false,\
                        "text":"held-out","contexts":128,"tokens":32768,\
                        "metrics":[{"id":"l0","version":1,"value":36.5}]}\
                        """),
                arguments(
                        new RunProgress(
                                "demo",
                                new ExtractionProgress("replica-1", 1, 2048, 51.5, 3),
                                RunProgress.State.RUNNING,
                                Optional.empty()),
                        "demo/activation/replica-1",
                        """
                        {"run":"demo","part":"activation/replica-1","state":"RUNNING",\
                        "figures":{"blocks":1.0,"lagBlocks":3.0,"tokens":2048.0,\
                        "tokensPerSecond":51.5}}\
                        """),
                arguments(
                        RunProgress.ofRun(
                                "demo", RunProgress.State.FAILED, Optional.of("no usable shard")),
                        "demo/run",
                        """
                        {"run":"demo","part":"run","state":"FAILED","figures":{},\
                        "message":"no usable shard"}\
                        """));
    }

    private static Function<byte[], PipelineMessage> reader(PipelineMessage like) {
        return switch (like) {
            case DatasetMessage shard -> DatasetMessage::read;
            case DictionaryCheckpoint checkpoint -> DictionaryCheckpoint::read;
            case Evaluation evaluation -> Evaluation::read;
            case RunProgress progress -> RunProgress::read;
        };
    }

    @ParameterizedTest
    @MethodSource("golden")
    void isWrittenAsTheGoldenJson(PipelineMessage message, String key, String json) {
        assertThat(new String(message.toJson(), UTF_8)).isEqualTo(json);
        assertThat(message.key()).isEqualTo(key);
    }

    @ParameterizedTest
    @MethodSource("golden")
    void isReadFromTheGoldenJson(PipelineMessage message, String key, String json) {
        assertThat(reader(message).apply(json.getBytes(UTF_8))).isEqualTo(message);
    }

    @Test
    void aShardIsForTrainingUnlessItSaysOtherwise() {
        assertThat(DatasetMessage.read("{\"run\":\"demo\",\"uri\":\"s3://b/k\"}".getBytes(UTF_8)))
                .isEqualTo(new DatasetShard("demo", "s3://b/k", DatasetShard.Split.TRAINING));
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
                                        .extracting(InvalidFieldsException.FieldError::field)
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
