package org.lexicographer.tokenizer.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.lexicographer.languagemodel.hub.HubSources;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.hub.Hub;
import org.lexicographer.objectstore.hub.HubSettings;
import org.lexicographer.objectstore.hub.HubStore;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.testing.HubServer;
import org.lexicographer.testing.attack.Attack;
import org.lexicographer.testing.attack.JsonMutations;
import org.lexicographer.testing.attack.Mutations;
import org.lexicographer.tokenizer.RunSpecs;

/** Bodies about a run's dataset that are almost right are read, or refused field by field. */
class MutatedRequestsTest {

    private static final long ALLOCATED = 16L << 20;
    private static final RunSpec SPEC =
            RunSpecs.mixed(
                    "a",
                    "{\"contexts\": 1}",
                    1,
                    "[{\"name\": \"code\", \"weight\": 1}, {\"name\": \"web\", \"weight\": 2}]");

    private static final List<byte[]> BODIES =
            bytes(
                    """
                    [{"uri": "s3://bucket/a.jsonl.zst", "split": "training", "dataset": "web"},
                     {"run": "a", "uri": "file:/data/a.txt", "dataset": "code"},
                     {"end": true, "dataset": "code"}, {"end": true}]""",
                    """
                    {"uri": "s3://bucket/a.parquet", "dataset": "web", "split": "evaluation"}""",
                    "{\"end\": true}");

    @Test
    void whateverTheirBytes() {
        assertReadOrRefused(
                new Mutations(
                        1,
                        BODIES,
                        bytes("null", "[[[[", "../", "%2e", "\\u0000", "hf://", "true")));
    }

    @Test
    void whateverTheirValues() {
        assertReadOrRefused(
                new JsonMutations(
                        2,
                        BODIES,
                        bytes(
                                "null",
                                "true",
                                "7",
                                "\"\"",
                                "\"a\"",
                                "\"code\"",
                                "\"s3://b/../a.txt\"",
                                "\"hf://datasets/../a.txt\"",
                                "\"file:///proc/self/mem.txt\"",
                                "\"\\ud800\"",
                                "[]",
                                "{}")));
    }

    private static void assertReadOrRefused(Supplier<byte[]> bodies) {
        // The hub has nothing, so that each answer of its is a refusal.
        try (HubServer server = HubServer.start()) {
            Hub hub = new Hub(HubSettings.of(Map.of("HF_ENDPOINT", server.endpoint().toString())));
            HubSources sources =
                    new HubSources(new HubStore(new InMemoryObjectStore("lexicographer"), hub));

            Attack.Outcome outcome =
                    new Attack("dataset request", Set.of(InvalidFieldsException.class), ALLOCATED)
                            .on(
                                    json ->
                                            new DatasetRequest(false, sources)
                                                    .read(SPEC, Json.tree(json)),
                                    bodies);

            assertThat(outcome.read()).isPositive();
            assertThat(outcome.refused()).isPositive();
        }
    }

    private static List<byte[]> bytes(String... texts) {
        return Stream.of(texts).map(text -> text.getBytes(UTF_8)).toList();
    }
}
