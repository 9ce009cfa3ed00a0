package org.lexicographer.pipeline.attack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.chat.ChatTemplate;
import org.lexicographer.pipeline.chat.syntax.TemplateException;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.testing.attack.Attack;
import org.lexicographer.testing.attack.JsonMutations;
import org.lexicographer.testing.attack.Mutations;

/** Run specs and chat templates that are almost right are read, or refused by what is wrong. */
class MutatedTextsTest {

    /** A rendering has a budget of its own; parsing takes some hundred times its text. */
    private static final long ALLOCATED = 64L << 20;

    private static final JsonNode MESSAGES =
            Json.tree(
                    "[{\"role\": \"user\", \"content\": \"Hello\"}, {\"role\": \"assistant\"}]"
                            .getBytes(UTF_8));

    private static final byte[] SPEC =
            """
            {"run": "a", "languageModel": {"uri": "file:/model"}, "contextLength": 16,
             "evaluation": {"contexts": 1},
             "training": {"steps": 20, "batchSize": 64, "bufferContexts": 16},
             "sites": ["embed", "layers.3.mlp.out"],
             "recipes": [{"type": "standard", "name": "r", "dictionarySize": 8,
                          "learningRate": 0.001, "sparsityPenalty": 0.1},
                         {"type": "topK", "name": "k", "dictionarySize": 64, "k": 4}]}
            """
                    .getBytes(UTF_8);

    @Test
    void runSpecs() {
        assertReadOrRefused(
                new Mutations(
                        1,
                        List.of(SPEC),
                        words("1e309", "-0", "null", "[[", "{}", "\"\\ud800\"", "NaN")));
    }

    @Test
    void runSpecsThatAreJson() {
        assertReadOrRefused(new JsonMutations(3, List.of(SPEC)));
    }

    private static void assertReadOrRefused(Supplier<byte[]> specs) {
        Attack.Outcome outcome =
                new Attack("run spec", Set.of(InvalidFieldsException.class), ALLOCATED)
                        .on(RunSpec::read, specs);

        assertThat(outcome.read()).isPositive();
        assertThat(outcome.refused()).isPositive();
    }

    @Test
    void chatTemplates() throws IOException {
        List<byte[]> templates = templates();
        Attack.Outcome outcome =
                new Attack("chat template", Set.of(TemplateException.class), ALLOCATED)
                        .on(
                                input ->
                                        ChatTemplate.of(
                                                        new String(input, UTF_8),
                                                        Map.of("bos_token", "<s>"))
                                                .render(MESSAGES),
                                new Mutations(
                                        2,
                                        templates,
                                        words(
                                                "{%",
                                                "%}",
                                                "{{",
                                                "}}",
                                                "for m in messages",
                                                "endfor",
                                                "range(999999999)",
                                                "* 999999999",
                                                "((((((((",
                                                "set a = a + a",
                                                "| join")));

        assertThat(outcome.read()).isPositive();
        assertThat(outcome.refused()).isPositive();
    }

    private static List<byte[]> templates() throws IOException {
        try (InputStream cases = MutatedTextsTest.class.getResourceAsStream("/chat/cases.json")) {
            return Json.tree(cases.readAllBytes())
                    .path("cases")
                    .valueStream()
                    .map(it -> it.path("template").asText().getBytes(UTF_8))
                    .filter(bytes -> bytes.length > 0)
                    .toList();
        }
    }

    private static List<byte[]> words(String... words) {
        return Stream.of(words).map(word -> word.getBytes(UTF_8)).toList();
    }
}
