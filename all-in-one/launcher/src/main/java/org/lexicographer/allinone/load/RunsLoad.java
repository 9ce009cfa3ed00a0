package org.lexicographer.allinone.load;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.lexicographer.allinone.client.RestClient;
import org.lexicographer.allinone.client.ShardPublisher;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.allinone.sample.ChaosDataset;
import org.lexicographer.allinone.system.RunningSystem;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.run.RunSpec;

/** Submits many runs at once. */
public final class RunsLoad {

    private static final int CREATED = 201;
    private static final int NO_CONTENT = 204;

    private final RestClient rest = new RestClient();
    private final String url;
    private final List<RunSpec> specs;

    /**
     * Prepares the runs; their language model must be in the store.
     *
     * @param steps how many steps each has
     */
    public RunsLoad(RunningSystem system, int count, int steps) {
        url = system.url(Service.TRAINER) + "runs";
        specs =
                IntStream.range(0, count)
                        .mapToObj(n -> LoadRun.spec("load-%04d".formatted(n), steps))
                        .toList();
    }

    /** Submits them all at once. */
    public Answered submit(HttpLoad load) {
        return sendAll(load, CREATED, specs.stream().map(this::submission).toList());
    }

    private HttpRequest.Builder submission(RunSpec spec) {
        return HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(spec.toJson()));
    }

    /** Cancels them all at once. */
    public Answered cancel(HttpLoad load) {
        return sendAll(
                load,
                NO_CONTENT,
                specs.stream()
                        .map(spec -> URI.create(url + "/" + spec.run()))
                        .map(run -> HttpRequest.newBuilder(run).DELETE())
                        .toList());
    }

    private static Answered sendAll(HttpLoad load, int status, List<HttpRequest.Builder> requests) {
        Queue<HttpRequest.Builder> left = new ConcurrentLinkedQueue<>(requests);
        return load.send(requests.size(), status, () -> Optional.ofNullable(left.poll()));
    }

    /** Returns how many of the runs are listed in which state; those that are not, as LOST. */
    public Map<String, Integer> states() {
        Map<String, String> listed = new TreeMap<>();
        for (JsonNode run : rest.get(url).orElseThrow()) {
            listed.put(run.path("run").asText(), run.path("state").asText());
        }
        Map<String, Integer> states = new TreeMap<>();
        specs.forEach(
                spec -> states.merge(listed.getOrDefault(spec.run(), "LOST"), 1, Integer::sum));
        return states;
    }

    /** Publishes the same text to each of them. */
    void publish(ShardPublisher publisher, ChaosDataset text) {
        List<DatasetMessage> messages = new ArrayList<>();
        for (RunSpec spec : specs) {
            IntStream.range(0, text.size())
                    .forEach(shard -> messages.add(text.message(spec.run(), shard)));
            messages.add(new DatasetEnd(spec.run()));
        }
        publisher.publish(messages);
    }
}
