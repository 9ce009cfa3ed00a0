package org.lexicographer.pipeline.message;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.account.DatasetAccount;
import org.lexicographer.pipeline.stored.ContextOrigins;
import org.lexicographer.pipeline.stored.HeldOutSet;
import org.lexicographer.pipeline.stored.RunEnd;
import org.lexicographer.pipeline.stored.RunExtension;

/** Whatever bytes come for a message, nothing is thrown but what names bad input. */
class HostileBytesTest {

    private static final int BEYOND_ANY_LIMIT = 100_000;
    private static final int MUTATIONS = 500;

    private static Map<String, Function<byte[], ?>> readers() {
        Map<String, Function<byte[], ?>> readers = new LinkedHashMap<>();
        readers.put("dataset", DatasetMessage::read);
        readers.put("dictionary", DictionaryCheckpoint::read);
        readers.put("evaluation", Evaluation::read);
        readers.put("progress", RunProgress::read);
        readers.put("run end", RunEnd::read);
        readers.put("run extension", RunExtension::read);
        readers.put("held-out set", HeldOutSet::read);
        readers.put("origins", ContextOrigins::read);
        readers.put("account", DatasetAccount::read);
        readers.put("run", value -> MessageDoor.run(MessageDoor.key("demo"), value));
        return readers;
    }

    private static Map<String, String> examples() {
        Map<String, String> examples = new LinkedHashMap<>();
        examples.put(
                "dataset", "{\"run\":\"demo\",\"uri\":\"s3://b/k.jsonl\",\"split\":\"training\"}");
        examples.put(
                "dictionary",
                "{\"dictionary\":\"demo/embed/a\",\"step\":5,\"tokens\":7,\"final\":true,"
                        + "\"prefix\":\"d/\"}");
        examples.put(
                "evaluation",
                "{\"dictionary\":\"demo/embed/a\",\"step\":5,\"final\":true,\"text\":\"t\","
                        + "\"contexts\":1,\"tokens\":2,"
                        + "\"metrics\":[{\"id\":\"l0\",\"version\":1,\"value\":0.5}]}");
        examples.put(
                "progress",
                "{\"run\":\"demo\",\"part\":\"trainer/embed\",\"state\":\"RUNNING\","
                        + "\"figures\":{\"step\":5.0,\"loss/a\":0.5},\"message\":\"m\"}");
        examples.put(
                "run end", "{\"state\":\"FAILED\",\"message\":\"m\",\"lost\":\"TOKEN_BLOCKS\"}");
        examples.put("held-out set", "{\"contexts\":4}");
        examples.put(
                "origins",
                "{\"shards\":[\"s3://b/k\"],\"contexts\":[[[0,0,7,8,5]],[[0,-1,0,1,5]]]}");
        examples.put(
                "account",
                "{\"shards\":1,\"documents\":2,\"leftOutShards\":3,\"cutShards\":4,"
                        + "\"leftOutDocuments\":5,\"leftOutLines\":6,\"reasons\":[{"
                        + "\"shardOffset\":1,\"uri\":\"s3://b/k\",\"line\":3,\"reason\":\"r\"}]}");
        return examples;
    }

    static Stream<Arguments> hostile() {
        Map<String, byte[]> bytes = new LinkedHashMap<>();
        bytes.put("nothing", new byte[0]);
        bytes.put("null", text("null"));
        bytes.put("a number", text("7"));
        bytes.put("a list", text("[]"));
        bytes.put("a text", text("\"demo\""));
        bytes.put("an empty object", text("{}"));
        bytes.put("half an object", text("{\"run\":"));
        bytes.put("two objects", text("{} {}"));
        bytes.put("a zero byte", new byte[] {0});
        bytes.put("bytes that are not UTF-8", new byte[] {'{', '"', (byte) 0xff, '"', '}'});
        bytes.put("UTF-16", "{\"run\":\"demo\"}".getBytes(UTF_16BE));
        bytes.put("UTF-16 cut in two", new byte[] {(byte) 0xfe, (byte) 0xff, 0});
        bytes.put("deep lists", text("[".repeat(BEYOND_ANY_LIMIT)));
        bytes.put("deep objects", text("{\"a\":".repeat(BEYOND_ANY_LIMIT)));
        for (String field :
                new String[] {"run", "step", "state", "figures", "contexts", "shards"}) {
            String name = "{\"" + field + "\":";
            bytes.put(field + " of 1001 digits", text(name + "1".repeat(1001) + "}"));
            bytes.put(field + " of 1001 decimals", text(name + "0." + "1".repeat(1001) + "}"));
            bytes.put(field + " with a large exponent", text(name + "1e999999999}"));
            bytes.put(field + " null", text(name + "null}"));
            bytes.put(field + " a deep list", text(name + "[".repeat(1_001)));
            bytes.put(field + " an object", text(name + "{\"a\":[1,{}]}}"));
            bytes.put(field + " in a list", text(name + "[null]}"));
            bytes.put(field + " twice", text(name + "1,\"" + field + "\":2}"));
        }
        bytes.put("a long name", text("{\"" + "n".repeat(BEYOND_ANY_LIMIT) + "\":1}"));
        bytes.put("a figure without a value", text("{\"figures\":{\"a\":null}}"));
        bytes.put("a metric that is null", text("{\"metrics\":[null]}"));
        return readers().keySet().stream()
                .flatMap(
                        reader ->
                                bytes.entrySet().stream()
                                        .map(b -> arguments(reader, b.getKey(), b.getValue())));
    }

    private static byte[] text(String text) {
        return text.getBytes(UTF_8);
    }

    @ParameterizedTest(name = "{0} of {1}")
    @MethodSource("hostile")
    void badBytesAreNamed(String reader, String what, byte[] bytes) {
        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> readers().get(reader).apply(bytes))
                .satisfies(
                        e -> {
                            assertThat(e.errors()).isNotEmpty();
                            assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(3_000);
                        });
    }

    static Stream<Arguments> messages() {
        return examples().entrySet().stream().map(e -> arguments(e.getKey(), e.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("messages")
    void messagesWithSomeBytesChangedAreReadOrNamed(String reader, String example) {
        SplittableRandom random = new SplittableRandom(0);
        assertThat(readers().get(reader).apply(text(example))).isNotNull();
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] bytes = text(example);
            for (int change = 0; change <= random.nextInt(3); change++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(readers().get(reader).apply(bytes)).isNotNull();
            } catch (InvalidFieldsException named) {
                assertThat(named.errors()).isNotEmpty();
            }
        }
    }

    @Test
    void everyWrongFieldIsNamedWithWhatWasExpectedAndFound() {
        String json =
                "{\"dictionary\":\"demo\",\"step\":\"5\",\"tokens\":1.5,\"final\":0,\"more\":1,"
                        + "\"prefix\":[],\"after\":{}}";

        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> DictionaryCheckpoint.read(text(json)))
                .withMessageContaining(
                        "dictionary: not a dictionary: expected=run/site/recipe, found=demo")
                .withMessageContaining("step: wrong type: expected=whole number, found=\"5\"")
                .withMessageContaining("tokens: wrong type: expected=whole number, found=1.5")
                .withMessageContaining("final: wrong type: expected=true or false, found=0")
                .withMessageContaining("prefix: wrong type: expected=text, found=list")
                .withMessageContaining(
                        "more: unknown field:"
                                + " expected=[dictionary, final, prefix, step, tokens], found=more")
                .withMessageContaining("after: unknown field");
    }

    @Test
    void aWrongFieldWithinAListIsNamedByItsPlace() {
        String json =
                "{\"dictionary\":\"demo/embed/a\",\"step\":5,\"final\":true,\"text\":\"t\","
                        + "\"contexts\":1,\"tokens\":2,\"metrics\":["
                        + "{\"id\":\"l0\",\"version\":1,\"value\":0.5},"
                        + "{\"version\":1,\"value\":\"much\"}]}";

        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> Evaluation.read(text(json)))
                .withMessageContaining("metrics[1].value: wrong type: expected=number")
                .withMessageContaining("metrics[1].id: missing");
    }

    @Test
    void anUnknownNameIsToldTheNamesThereAre() {
        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> RunEnd.read(text("{\"state\":\"LOST\"}")))
                .withMessage(
                        "state: unknown value: expected=WAITING|RUNNING|ENDED|FAILED|CANCELLED,"
                                + " found=LOST");
        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> RunEnd.read(text("{\"state\":\"RUNNING\"}")))
                .withMessage(
                        "state: not the end of a run: expected=ENDED|FAILED|CANCELLED,"
                                + " found=RUNNING");
    }

    @Test
    void aRecordsKeyIsThatOfItsMessage() {
        byte[] json = text("{\"run\":\"demo\",\"end\":true}");

        assertThat(MessageDoor.dataset(text("demo"), json)).isEqualTo(new DatasetEnd("demo"));
        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> MessageDoor.dataset(text("other"), json))
                .withMessage("(key): key is not that of the message: expected=demo, found=other");
        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> MessageDoor.dataset(null, json))
                .withMessageEndingWith("found=null");
        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> MessageDoor.dataset(text("demo"), null))
                .withMessage("(whole): missing: expected=a value, found=nothing");
    }
}
