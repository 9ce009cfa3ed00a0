package org.lexicographer.allinone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.lexicographer.allinone.client.RestClient;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.allinone.run.ProgressDisplay;
import org.lexicographer.allinone.run.RunClient;
import org.lexicographer.allinone.run.RunWatch;
import org.lexicographer.allinone.system.RunningSystem;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.testing.Await;
import org.lexicographer.testing.SpanReceiver.ReceivedSpan;

/** What became of a shard is one trace through all services. */
@ExtendWith(SharedSystem.Parameter.class)
@Timeout(value = 1, unit = TimeUnit.HOURS)
class TraceSystemTest {

    private static final String RUN = "traced";

    /** From the last thing that is done for a shard to the first. */
    private static final List<String> WAY_BACK =
            List.of(
                    "eval-service: evaluations evaluate",
                    "trainer-service: dictionaries checkpoint",
                    "trainer-service: dictionaries step",
                    "activation-service: activation-blocks extract",
                    "tokenizer-service: token-blocks write",
                    "tokenizer-service: dataset-shards read",
                    "tokenizer-service: dataset-shards publish");

    @Test
    void aTraceLeadsFromAPublishedShardToItsEvaluation(SharedSystem shared) throws IOException {
        // Given
        RunningSystem system = shared.system();
        RunSpec spec = spec();
        new RunClient(system).submit(spec);

        // When
        String shards = system.url(Service.TOKENIZER) + "runs/" + RUN + "/shards";
        RestClient rest = new RestClient();
        for (int shard = 0; shard < shared.dataset().size(); shard++) {
            rest.post(shards, shared.dataset().message(RUN, shard).toJson());
        }
        rest.post(shards, "{\"end\": true}".getBytes(UTF_8));
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        new RunWatch(system, spec, false).await(ProgressDisplay.of(nowhere, false));

        // Then
        List<ReceivedSpan> way =
                Await.until(
                                "a trace from an evaluation back to a shard: "
                                        + shared.spans().spans().stream()
                                                .map(TraceSystemTest::text)
                                                .distinct()
                                                .toList(),
                                () -> way(shared.spans().spans()),
                                Optional::isPresent)
                        .orElseThrow();
        assertThat(way).extracting(ReceivedSpan::trace).containsOnly(way.getFirst().trace());
    }

    /** It takes all text that there is: once a run has enough, further shards are refused. */
    private static RunSpec spec() throws IOException {
        try (InputStream json = TraceSystemTest.class.getResourceAsStream("/chaos-run.json")) {
            ObjectNode spec = (ObjectNode) Json.tree(json.readAllBytes());
            spec.put("run", RUN);
            return RunSpec.read(spec);
        }
    }

    private static String text(ReceivedSpan span) {
        return span.service() + ": " + span.name();
    }

    /** Returns the spans from an evaluation to the publication of a shard, if there are all. */
    private static Optional<List<ReceivedSpan>> way(List<ReceivedSpan> spans) {
        return spans.stream()
                .filter(span -> text(span).equals(WAY_BACK.getFirst()))
                .map(last -> back(last, spans))
                .filter(way -> way.stream().map(TraceSystemTest::text).toList().equals(WAY_BACK))
                .findFirst();
    }

    private static List<ReceivedSpan> back(ReceivedSpan last, List<ReceivedSpan> spans) {
        List<ReceivedSpan> way = new ArrayList<>();
        Optional<ReceivedSpan> span = Optional.of(last);
        while (span.isPresent()) {
            String parent = span.get().parent();
            way.add(span.get());
            span = spans.stream().filter(other -> other.id().equals(parent)).findFirst();
        }
        return way;
    }
}
