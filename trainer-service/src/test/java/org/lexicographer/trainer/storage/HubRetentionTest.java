package org.lexicographer.trainer.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lexicographer.languagemodel.hub.HubSources;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.hub.Hub;
import org.lexicographer.objectstore.hub.HubSettings;
import org.lexicographer.objectstore.hub.HubStore;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.run.RunSpec.LanguageModelSource;
import org.lexicographer.pipeline.source.SourceUri;
import org.lexicographer.pipeline.source.SourceUri.HubPath;
import org.lexicographer.pipeline.stored.Removal;
import org.lexicographer.runstore.StoredRuns;
import org.lexicographer.testing.HubServer;
import org.lexicographer.trainer.RunSpecs;

class HubRetentionTest {

    private static final Duration KEPT = Duration.ofDays(7);
    private static final Duration LOOK = Duration.ofHours(1);

    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");
    private final HubServer server = HubServer.start();
    private final HubStore hub =
            new HubStore(
                    objects,
                    new Hub(HubSettings.of(Map.of("HF_ENDPOINT", server.endpoint().toString()))));
    private HubPath model;
    private Instant now = Instant.parse("2026-01-31T12:00:00Z");

    @BeforeEach
    void fetchAModel() {
        String commit =
                server.put(
                        "models/owner/name",
                        Map.of(
                                "config.json", "{}".getBytes(UTF_8),
                                "model.safetensors", "weights".getBytes(UTF_8)));
        model = (HubPath) SourceUri.parse("hf://owner/name@" + commit);
        fetch();
    }

    @AfterEach
    void stopTheHub() {
        server.close();
    }

    private void fetch() {
        new HubSources(hub).model(model);
    }

    private RunSpec naming() {
        return naming(model.toString());
    }

    private static RunSpec naming(String uri) {
        return RunSpecs.of("naming", 4)
                .withLanguageModel(
                        new LanguageModelSource(uri, Optional.of("main"), ComputeType.FLOAT32));
    }

    private List<Removal> sweepAfter(Duration time) {
        now = now.plus(time);
        return new HubRetention(objects, hub, KEPT, LOOK, () -> now).sweep();
    }

    private long files() {
        return objects.list("hub/models/").count();
    }

    private boolean isFetched() {
        return new HubSources(hub).storedModel(model).isPresent();
    }

    @Test
    void whatNobodyNamesIsForgottenAndGoesAtTheNextLook() {
        assertThat(sweepAfter(Duration.ZERO)).isEmpty();
        assertThat(sweepAfter(KEPT.minusSeconds(1))).isEmpty();
        assertThat(isFetched()).isTrue();

        assertThat(sweepAfter(LOOK)).isEmpty();
        assertThat(isFetched()).isFalse();
        assertThat(files()).isEqualTo(2);

        assertThat(sweepAfter(LOOK)).containsExactly(new Removal("hub", now, 2, 9));
        assertThat(objects.list("hub/")).isEmpty();
        assertThat(sweepAfter(LOOK)).isEmpty();

        fetch();
        assertThat(files()).isEqualTo(2);
    }

    @Test
    void whatARunNamesStaysAndRestsAnewWhenTheRunIsGone() {
        sweepAfter(Duration.ZERO);
        new StoredRuns(objects).admit(naming());
        sweepAfter(KEPT.multipliedBy(2));
        sweepAfter(KEPT.multipliedBy(2));
        assertThat(isFetched()).isTrue();

        objects.delete(ObjectKeys.runSpec("naming"));
        sweepAfter(LOOK);
        sweepAfter(KEPT.minusSeconds(1));
        assertThat(isFetched()).isTrue();
        sweepAfter(LOOK);
        assertThat(isFetched()).isFalse();
    }

    @Test
    void whatIsFetchedAgainBeforeItsFilesGoStays() {
        sweepAfter(Duration.ZERO);
        sweepAfter(KEPT);
        assertThat(isFetched()).isFalse();

        fetch();
        assertThat(sweepAfter(LOOK)).isEmpty();
        assertThat(sweepAfter(KEPT.minusSeconds(1))).isEmpty();

        assertThat(isFetched()).isTrue();
        assertThat(files()).isEqualTo(2);
    }

    @Test
    void theFilesOfARunThatWasSubmittedMeanwhileStayForItsFetch() {
        sweepAfter(Duration.ZERO);
        sweepAfter(KEPT);
        new StoredRuns(objects).admit(naming());

        assertThat(sweepAfter(LOOK)).isEmpty();
        assertThat(files()).isEqualTo(2);

        fetch();
        sweepAfter(LOOK);
        assertThat(isFetched()).isTrue();
        assertThat(objects.list("hub/unnamed/")).isEmpty();
    }

    @Test
    void whatIsNamedInAnotherWayStays() {
        String stored = "s3://lexicographer/hub/models/owner/name/" + model.revision();
        for (String uri : List.of(model + "/", stored, stored + "/")) {
            objects.put(ObjectKeys.runSpec("naming"), naming(uri).toJson());
            sweepAfter(KEPT);
            sweepAfter(KEPT);
            assertThat(isFetched()).as(uri).isTrue();
        }
    }

    @Test
    void anotherReplicaThatLooksAtOnceLeavesTheFilesToTheirReaders() {
        sweepAfter(Duration.ZERO);
        sweepAfter(KEPT);

        assertThat(sweepAfter(LOOK.minusMillis(1))).isEmpty();
        assertThat(files()).isEqualTo(2);
        assertThat(sweepAfter(Duration.ofMillis(1))).hasSize(1);
    }

    @Test
    void nothingGoesWhileASpecOrAnImportIsNotReadable() {
        sweepAfter(Duration.ZERO);
        String config = ObjectKeys.DICTIONARIES + "imported/layers.0.mlp.out/mine/step-0000000001/";
        for (String key : List.of(ObjectKeys.runSpec("broken"), config + "config.json")) {
            objects.put(key, new byte[] {1});
            assertThatIllegalStateException()
                    .isThrownBy(() -> sweepAfter(KEPT))
                    .withMessageContaining("key=" + key);
            assertThat(isFetched()).isTrue();
            objects.delete(key);
        }
    }

    @Test
    void datasetsStay() {
        String commit = server.put("datasets/owner/texts", Map.of("a.jsonl", "{}".getBytes(UTF_8)));
        new HubSources(hub)
                .file(
                        (HubPath)
                                SourceUri.parse(
                                        "hf://datasets/owner/texts@" + commit + "/a.jsonl"));

        sweepAfter(Duration.ZERO);
        sweepAfter(KEPT);
        sweepAfter(LOOK);

        assertThat(objects.list("hub/datasets/")).hasSize(1);
    }
}
