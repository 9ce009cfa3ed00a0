package org.lexicographer.eval.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.eval.explanation.ExplanationRequest;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.testing.attack.Attack;
import org.lexicographer.testing.attack.JsonMutations;
import org.lexicographer.testing.attack.Mutations;

/** Bodies of requests that are almost right are read, or refused field by field. */
class MutatedRequestsTest {

    private static final long ALLOCATED = 16L << 20;

    static Stream<Arguments> requests() {
        return Stream.of(
                request(
                        "statistics",
                        StatisticsRequest::read,
                        "{\"text\": \"a \\ud83d\\ude00\", \"name\": \"n\", \"step\": 3, \"contexts\": 4}"),
                request(
                        "text",
                        TextRequest::read,
                        "{\"uri\": \"s3://bucket/a.jsonl\", \"name\": \"n\", \"step\": 3}"),
                request(
                        "activations",
                        ActivationRequest::read,
                        "{\"text\": \"a\", \"step\": 3, \"strongest\": 10, \"latent\": 5}"),
                request(
                        "explanation",
                        ExplanationRequest::read,
                        "{\"text\": \"dates\\nof\", \"author\": \"someone\"}"));
    }

    private static Arguments request(String name, Function<byte[], ?> reader, String right) {
        return Arguments.of(name, reader, right);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void whateverTheirBytes(String name, Function<byte[], ?> reader, String right) {
        List<byte[]> words =
                Stream.of("null", "1e999", "[[", "{}", "\\ud800", "\\u0000", "\"", "-1")
                        .map(word -> word.getBytes(UTF_8))
                        .toList();
        assertReadOrRefused(name, reader, new Mutations(1, List.of(right.getBytes(UTF_8)), words));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void whateverTheirValues(String name, Function<byte[], ?> reader, String right) {
        assertReadOrRefused(name, reader, new JsonMutations(2, List.of(right.getBytes(UTF_8))));
    }

    private static void assertReadOrRefused(
            String name, Function<byte[], ?> reader, Supplier<byte[]> bodies) {
        Attack.Outcome outcome =
                new Attack(name, Set.of(InvalidFieldsException.class), ALLOCATED)
                        .on(reader::apply, bodies);

        assertThat(outcome.read()).isPositive();
        assertThat(outcome.refused()).isPositive();
    }
}
