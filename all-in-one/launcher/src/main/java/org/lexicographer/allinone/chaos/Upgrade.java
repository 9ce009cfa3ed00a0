package org.lexicographer.allinone.chaos;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.lexicographer.allinone.client.TopicTail;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.allinone.system.KillableSystem;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.RunEnd;

/**
 * Trains a run by the services of the release before, each of which is replaced by this version's
 * while the run is in flight, and then the same run by this version's alone.
 *
 * <p>Nothing may be lost or taken twice, nothing set aside, and the dictionaries must come to about
 * the same figures. Whether they come to the same bits is printed: between releases that say that
 * they compute something in another order they do not.
 */
final class Upgrade {

    /** Readers before writers, so that nobody is sent what only later versions know. */
    private static final List<Service> ORDER =
            List.of(Service.EVALUATION, Service.TRAINER, Service.ACTIVATION, Service.TOKENIZER);

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /**
     * Resampling of a short run follows the last bit of many sums; from 0.2.0 on figures differed
     * by 0.02 at most.
     */
    private static final double CLOSE = 0.05;

    private static final List<String> FIGURES =
            List.of("loss_recovered", "fraction_of_variance_unexplained");

    private final Chaos chaos;
    private final KillableSystem system;
    private final Path release;

    /**
     * Prepares the comparison on a system whose services are those of the release before.
     *
     * @param release a checkout of this version, which has been built
     */
    Upgrade(Chaos chaos, KillableSystem system, Path release) {
        this.chaos = requireNonNull(chaos, "chaos is null");
        this.system = requireNonNull(system, "system is null");
        this.release = requireNonNull(release, "release is null");
    }

    /** Runs the comparison, prints what came of it, and tells whether it is as it must be. */
    boolean run() {
        chaos.upload();
        RunSpec upgraded = Chaos.spec("upgraded");
        chaos.addReplicas();
        chaos.submit(upgraded);
        for (int shard = 0; shard < ORDER.size(); shard++) {
            chaos.publishShard(upgraded, shard);
            awaitShards(upgraded, shard + 1);
            Service service = ORDER.get(shard);
            chaos.out().printf("  %s replaced while the run is in flight%n", service.folder());
            system.replace(service, release);
        }
        finish(upgraded);
        RunSpec whole = Chaos.spec("whole");
        chaos.submit(whole);
        for (int shard = 0; shard < ORDER.size(); shard++) {
            chaos.publishShard(whole, shard);
        }
        finish(whole);
        return compare(upgraded, whole);
    }

    /** Tells that the run is at work on its latest shard: not before its first token is read. */
    private void awaitShards(RunSpec spec, int count) {
        system.await(
                "shard %d to be begun".formatted(count),
                () -> {
                    ObjectStore store = system.objectStore();
                    try (Stream<ObjectStat> begun =
                            store.list(ObjectKeys.datasetShards(spec.run()))) {
                        return begun.count() >= count;
                    }
                });
    }

    private void finish(RunSpec spec) {
        chaos.publishShard(spec, ORDER.size());
        chaos.publish(new DatasetEnd(spec.run()));
        chaos.awaitEnd(spec);
        system.await(
                "dictionaries to be evaluated: run=" + spec.run(),
                () -> figures(spec).size() == spec.sites().size() * spec.recipes().size());
    }

    private Map<String, Evaluation> figures(RunSpec spec) {
        Map<String, Evaluation> figures = new TreeMap<>();
        ObjectStore store = system.objectStore();
        for (Site site : spec.sites()) {
            spec.recipesAt(site)
                    .forEach(
                            recipe ->
                                    last(
                                            store,
                                            new DictionaryId(spec.run(), site, recipe.name()),
                                            figures));
        }
        return figures;
    }

    private static void last(ObjectStore store, DictionaryId id, Map<String, Evaluation> figures) {
        try (Stream<ObjectStat> stored = store.list(ObjectKeys.evaluations(id))) {
            stored.map(ObjectStat::key)
                    .max(String::compareTo)
                    .map(key -> Json.read(store.bytes(key), Evaluation.class))
                    .filter(Evaluation::isFinal)
                    .ifPresent(it -> figures.put(id.site() + "/" + id.recipe(), it));
        }
    }

    private boolean compare(RunSpec upgraded, RunSpec whole) {
        ChaosResult found = ChaosResult.of(system.objectStore(), upgraded);
        ChaosResult expected = ChaosResult.of(system.objectStore(), whole);
        boolean blocks = found.blocks().equals(expected.blocks()) && found.tookEveryBlockOnce();
        chaos.out().printf("%ntoken blocks and contexts trained on, upgraded and whole:%n");
        found.blocks()
                .forEach(
                        (site, taken) ->
                                chaos.out()
                                        .printf(
                                                "  %s  %s%n    %s%n    %s%n",
                                                site,
                                                Chaos.verdict(
                                                        taken.equals(expected.blocks().get(site))),
                                                Chaos.text(taken),
                                                Chaos.text(expected.blocks().get(site))));
        boolean figures = compareFigures(upgraded, whole, found, expected);
        List<String> rejected = rejected();
        rejected.forEach(reason -> chaos.out().println("  set aside: " + reason));
        boolean good = blocks && figures && rejected.isEmpty() && hasEndedWell(upgraded);
        chaos.out().printf("%nupgrade: %s%n", good ? "nothing lost, figures as close" : "WRONG");
        return good;
    }

    private boolean compareFigures(
            RunSpec upgraded, RunSpec whole, ChaosResult found, ChaosResult expected) {
        Map<String, Evaluation> figures = figures(upgraded);
        Map<String, Evaluation> wholeFigures = figures(whole);
        boolean close = true;
        chaos.out().printf("%nfinal dictionaries, upgraded and whole:%n");
        for (String dictionary : found.dictionaries().keySet()) {
            String sha = found.dictionaries().get(dictionary);
            boolean same = sha.equals(expected.dictionaries().get(dictionary));
            chaos.out().printf("  %s  bits %s%n", dictionary, Chaos.verdict(same));
            for (String figure : FIGURES) {
                double mine = figures.get(dictionary).metric(figure).orElse(Double.NaN);
                double other = wholeFigures.get(dictionary).metric(figure).orElse(Double.NaN);
                chaos.out().printf("    %s %.5f %.5f%n", figure, mine, other);
                close &= Math.abs(mine - other) <= CLOSE;
            }
        }
        return close;
    }

    private boolean hasEndedWell(RunSpec spec) {
        byte[] end = system.objectStore().bytes(ObjectKeys.runEnd(spec.run()));
        return RunEnd.read(end).state() == State.ENDED;
    }

    private static String text(ConsumerRecord<byte[], byte[]> rejected) {
        StringBuilder text = new StringBuilder();
        for (Header header : rejected.headers()) {
            text.append(header.key())
                    .append('=')
                    .append(new String(header.value(), StandardCharsets.UTF_8))
                    .append(' ');
        }
        return text.toString();
    }

    private List<String> rejected() {
        try (TopicTail tail = TopicTail.of(system.bootstrapServers(), List.of(Topics.REJECTED))) {
            return tail.all(PATIENCE).stream().map(Upgrade::text).toList();
        }
    }
}
