package org.lexicographer.tokenizer.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lexicographer.languagemodel.hub.HubSources;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.hub.Hub;
import org.lexicographer.objectstore.hub.HubSettings;
import org.lexicographer.objectstore.hub.HubStore;
import org.lexicographer.pipeline.FieldError;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.message.DatasetShard;
import org.lexicographer.pipeline.message.DatasetShard.Split;
import org.lexicographer.testing.HubServer;
import org.lexicographer.tokenizer.RunSpecs;

class DatasetRequestTest {

    private final HubServer server = HubServer.start();
    private final String commit =
            server.put(
                    "datasets/owner/data",
                    Map.of(
                            "b.jsonl", new byte[1],
                            "a.jsonl", new byte[1],
                            "c.tar", new byte[1]));
    private final DatasetRequest request =
            new DatasetRequest(
                    false,
                    new HubSources(
                            new HubStore(
                                    new InMemoryObjectStore("lexicographer"),
                                    new Hub(
                                            HubSettings.of(
                                                    Map.of(
                                                            "HF_ENDPOINT",
                                                            server.endpoint().toString()))))));

    @AfterEach
    void stopTheHub() {
        server.close();
    }

    private List<DatasetMessage> read(String json) {
        return request.read(RunSpecs.small("a", "{\"contexts\": 1}", 1), json(json));
    }

    private FieldError errorOfMix(String json) {
        String mix = "[{\"name\": \"code\", \"weight\": 1}, {\"name\": \"web\", \"weight\": 2}]";
        return catchThrowableOfType(
                        InvalidFieldsException.class,
                        () ->
                                request.read(
                                        RunSpecs.mixed("a", "{\"contexts\": 1}", 1, mix),
                                        json(json)))
                .errors()
                .getFirst();
    }

    @Test
    void aDatasetThatTheRunDoesNotMixIsNamed() {
        String shard = "{\"uri\": \"s3://bucket/a.jsonl\", \"dataset\": \"%s\"}";

        assertThat(errorOfMix(shard.formatted("books")).message())
                .isEqualTo("not a dataset of the run: expected=[code, web], found=books");
        assertThat(errorOfMix("{\"uri\": \"s3://bucket/a.jsonl\"}").message())
                .isEqualTo("missing: expected=[code, web], found=nothing");
        assertThat(error(shard.formatted("code")).message()).contains("run mixes no datasets");
    }

    @Test
    void aShardAfterTheEndOfItsDatasetIsNamed() {
        FieldError error =
                errorOfMix(
                        """
                        [{"dataset": "code", "end": true},
                         {"uri": "s3://bucket/w.jsonl", "dataset": "web"},
                         {"uri": "s3://bucket/c.jsonl", "dataset": "code"}]
                        """);

        assertThat(error.field()).isEqualTo("[2].dataset");
        assertThat(error.message()).startsWith("ended earlier in the list");
    }

    private static JsonNode json(String json) {
        return Json.tree(json.getBytes(UTF_8));
    }

    private FieldError error(String json) {
        return catchThrowableOfType(InvalidFieldsException.class, () -> read(json))
                .errors()
                .getFirst();
    }

    @Test
    void aPatternIsAMessageForEachFileAtItsCommit() {
        String file = "hf://datasets/owner/data@" + commit + "/";

        assertThat(
                        read(
                                """
                                [{"uri": "hf://datasets/owner/data/*.jsonl", "split": "evaluation"},
                                 {"end": true}]
                                """))
                .containsExactly(
                        new DatasetShard("a", file + "a.jsonl", Split.EVALUATION),
                        new DatasetShard("a", file + "b.jsonl", Split.EVALUATION),
                        new DatasetEnd("a"));
    }

    @Test
    void aRevisionMeansTheSameInTheWholeRequest() {
        read(
                """
                [{"uri": "hf://datasets/owner/data/a.jsonl"},
                 {"uri": "hf://datasets/owner/data@main/b.jsonl"}]
                """);

        assertThat(server.requests())
                .filteredOn(request -> request.path().endsWith("/revision/main"))
                .hasSize(1);
    }

    @Test
    void whatTheHubDoesNotHaveIsNamed() {
        FieldError error = error("{\"uri\": \"hf://datasets/owner/data/*.parquet.gone\"}");

        assertThat(error.field()).isEqualTo("uri");
        assertThat(error.message()).contains("no such file: path=*.parquet.gone");
        assertThat(error("{\"uri\": \"hf://datasets/owner/none/*.jsonl\"}").message())
                .contains("status=404");
    }

    @Test
    void aFileOfThePatternThatNobodyReadsIsNamed() {
        assertThat(error("{\"uri\": \"hf://datasets/owner/data/*\"}").message()).contains("c.tar");
    }

    @Test
    void theEndOfAListIsCountedInItsOwnMessages() {
        FieldError error =
                error(
                        """
                        [{"uri": "hf://datasets/owner/data/*.jsonl"}, {"end": true},
                         {"uri": "s3://bucket/a.jsonl"}]
                        """);

        assertThat(error.field()).isEqualTo("[1].end");
        assertThat(error.found()).contains("1 more");
    }
}
