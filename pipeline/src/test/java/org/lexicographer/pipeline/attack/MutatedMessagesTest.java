package org.lexicographer.pipeline.attack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.account.DatasetAccount;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.message.MessageDoor;
import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.message.RunOwner;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.AuditEntry;
import org.lexicographer.pipeline.stored.ContextOrigins;
import org.lexicographer.pipeline.stored.HeldOutSet;
import org.lexicographer.pipeline.stored.Removal;
import org.lexicographer.pipeline.stored.RunEnd;
import org.lexicographer.pipeline.stored.RunExtension;
import org.lexicographer.pipeline.stored.StatisticsPlan;
import org.lexicographer.pipeline.stored.StoredDatasetEnd;
import org.lexicographer.pipeline.stored.TrainingCurves;
import org.lexicographer.pipeline.trace.TraceParent;
import org.lexicographer.testing.attack.Attack;
import org.lexicographer.testing.attack.JsonMutations;
import org.lexicographer.testing.attack.Mutations;

/**
 * Records of topics and objects of runs that are almost right are read, or refused by what is
 * wrong: values, keys and headers.
 */
class MutatedMessagesTest {

    /** The schema that run specs are held to is prepared when the first wrong one comes. */
    private static final long ALLOCATED = 64L << 20;

    /** Reads a document. */
    private interface Document {
        Object read(byte[] json);
    }

    static Stream<Arguments> documents() {
        return Stream.of(
                document("RunSpec", RunSpec::read),
                document("RunSpec-0.1", RunSpec::read),
                document("DatasetShard", DatasetMessage::read),
                document("DatasetEnd", DatasetMessage::read),
                document("DictionaryCheckpoint", DictionaryCheckpoint::read),
                document("Evaluation", Evaluation::read),
                document("RunProgress.EvaluationProgress", RunProgress::read),
                document("RunProgress.ExtractionProgress", RunProgress::read),
                document("RunProgress.TokenizerProgress", RunProgress::read),
                document("RunProgress.TrainingProgress", RunProgress::read),
                document("RunProgress.WholeRun", RunProgress::read),
                document("AuditEntry", AuditEntry::read),
                document("ContextOrigins", ContextOrigins::read),
                document("DatasetAccount", DatasetAccount::read),
                document("HeldOutSet", HeldOutSet::read),
                document("Removal", Removal::read),
                document("RunEnd", RunEnd::read),
                document("RunExtension", RunExtension::read),
                document("RunOwner", RunOwner::read),
                document("StatisticsPlan", StatisticsPlan::read),
                document("StoredDatasetEnd", StoredDatasetEnd::read),
                document("TrainingCurves", TrainingCurves::read));
    }

    private static Arguments document(String name, Document document) {
        return Arguments.of(name, document);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("documents")
    void everyDocumentIsReadOrRefused(String name, Document document) {
        Attack.Outcome outcome =
                attack(name).on(document::read, new JsonMutations(1, List.of(golden(name))));

        assertThat(outcome.refused()).isPositive();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("documents")
    void allBytesAreReadOrRefused(String name, Document document) {
        List<byte[]> words =
                Stream.of("1e999", "null", "[[[[", "{\"", "\\ud800", "\u00e9", "NaN", "-0")
                        .map(word -> word.getBytes(UTF_8))
                        .toList();

        Attack.Outcome outcome =
                attack(name).on(document::read, new Mutations(2, List.of(golden(name)), words));

        assertThat(outcome.refused()).isPositive();
    }

    @Test
    void aKeyThatIsNotThatOfTheMessageIsRefused() {
        byte[] shard = golden("DatasetShard");
        byte[] key = DatasetMessage.read(shard).key().getBytes(UTF_8);

        Attack.Outcome outcome =
                attack("key")
                        .on(
                                changed -> MessageDoor.dataset(changed, shard),
                                new Mutations(3, List.of(key), List.of()));

        assertThat(outcome.refused()).isPositive();
    }

    /** Of a record that was set aside long ago, and of one that nobody here has written. */
    @Test
    void headersSayNothingOrWhatTheySay() {
        List<byte[]> values =
                Stream.of(
                                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                                "2147483647",
                                "9223372036854775807",
                                "s3://bucket/a.jsonl",
                                "someone@example.org")
                        .map(word -> word.getBytes(UTF_8))
                        .toList();
        List<String> names =
                List.of(
                        "traceparent",
                        "owner",
                        "reason",
                        "topic",
                        "partition",
                        "offset",
                        "uri",
                        "line");
        Supplier<byte[]> mutations = new Mutations(4, values, values);

        Attack.Outcome outcome =
                new Attack("headers", Set.of(), ALLOCATED)
                        .on(value -> readHeaders(names, value, mutations.get()), mutations);

        assertThat(outcome.refused()).isZero();
    }

    private static void readHeaders(List<String> names, byte[] value, byte[] other) {
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("topic", 0, 0, value, other);
        Headers headers = record.headers();
        for (int i = 0; i < names.size(); i++) {
            headers.add(names.get(i), (i + value.length) % 2 == 0 ? value : other);
        }
        if (value.length % 5 == 0) {
            names.forEach(name -> headers.add(name, null));
        }
        Rejection.read(record).text();
        TraceParent.of(headers).ifPresent(TraceParent::trace);
        RunOwner.of(record).ifPresent(RunOwner::owner);
    }

    private static Attack attack(String name) {
        return new Attack(name, Set.of(InvalidFieldsException.class), ALLOCATED);
    }

    private static byte[] golden(String name) {
        try (InputStream json =
                MutatedMessagesTest.class.getResourceAsStream("/golden/" + name + ".json")) {
            return json.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
