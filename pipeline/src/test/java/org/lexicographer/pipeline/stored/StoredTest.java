package org.lexicographer.pipeline.stored;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.account.DatasetAccount;
import org.lexicographer.pipeline.account.LeftOutReason;
import org.lexicographer.pipeline.message.RunProgress.State;

/** The JSON of what is stored, byte by byte. */
class StoredTest {

    @Test
    void endsOfRunsAreWrittenAsTheGoldenJson() {
        assertThat(text(new RunEnd(State.ENDED, Optional.empty()).toJson()))
                .isEqualTo("{\"state\":\"ENDED\"}");
        RunEnd failed =
                new RunEnd(
                        State.FAILED,
                        Optional.of("block lost"),
                        Optional.of(LostBlocks.ACTIVATION_BLOCKS));
        assertThat(text(failed.toJson()))
                .isEqualTo(
                        "{\"state\":\"FAILED\",\"message\":\"block lost\","
                                + "\"lost\":\"ACTIVATION_BLOCKS\"}");
        assertThat(RunEnd.read(failed.toJson())).isEqualTo(failed);
    }

    @Test
    void heldOutSetsAreWrittenAsTheGoldenJson() {
        assertThat(text(new HeldOutSet(128).toJson())).isEqualTo("{\"contexts\":128}");
    }

    @Test
    void accountsAreWrittenAsTheGoldenJson() {
        LeftOutReason line =
                new LeftOutReason(3, "s3://b/k.jsonl", Optional.of(7L), "line is not JSON");
        DatasetAccount account = new DatasetAccount(1, 2, 3, 4, 5, 6, List.of(line));

        assertThat(text(account.toJson()))
                .isEqualTo(
                        "{\"shards\":1,\"documents\":2,\"leftOutShards\":3,\"cutShards\":4,"
                                + "\"leftOutDocuments\":5,\"leftOutLines\":6,\"reasons\":["
                                + "{\"shardOffset\":3,\"uri\":\"s3://b/k.jsonl\",\"line\":7,"
                                + "\"reason\":\"line is not JSON\"}]}");
        assertThat(DatasetAccount.read(account.toJson())).isEqualTo(account);
    }

    @Test
    void aDictionaryIsFoundAgainByTheKeyOfItsConfig() {
        StoredDictionary dictionary =
                new StoredDictionary(DictionaryId.parse("demo/layers.3.mlp.out/standard"), 950);

        assertThat(dictionary.configKey())
                .isEqualTo(
                        "dictionaries/demo/layers.3.mlp.out/standard/step-0000000950/config.json");
        assertThat(dictionary.weightsKey())
                .isEqualTo(dictionary.prefix() + "dictionary.safetensors");
        assertThat(StoredDictionary.ofConfigKey(dictionary.configKey())).contains(dictionary);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "dictionaries/",
                "dictionaries/demo/layers.3.mlp.out/a/step-0000000950/dictionary.safetensors",
                "dictionaries/demo/layers.3.mlp.out/a/step-950/config.json",
                "dictionaries/demo/nowhere/a/step-0000000950/config.json",
                "dictionaries/demo/layers.3.mlp.out/step-0000000950/config.json",
                "runs/demo/layers.3.mlp.out/a/step-0000000950/config.json"
            })
    void otherObjectsAreNoDictionaries(String key) {
        assertThat(StoredDictionary.ofConfigKey(key)).isEmpty();
    }

    private static String text(byte[] json) {
        return new String(json, UTF_8);
    }
}
