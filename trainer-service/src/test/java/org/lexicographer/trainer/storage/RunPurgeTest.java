package org.lexicographer.trainer.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.pipeline.DictionaryReference;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.RunEnd;
import org.lexicographer.pipeline.stored.StatisticsPlan;
import org.lexicographer.runstore.NameClaims;
import org.lexicographer.runstore.RunAdmission.Refused;
import org.lexicographer.runstore.StoredRuns;
import org.lexicographer.trainer.RunSpecs;
import org.lexicographer.trainer.initial.StoredStart;

class RunPurgeTest {

    private static final RunSpec SPEC = RunSpecs.of("old", 4);
    private static final DictionaryReference FINAL =
            DictionaryReference.parse("old/layers.0.mlp.out/standard@4");
    private static final DictionaryReference EARLIER =
            DictionaryReference.parse("old/layers.0.mlp.out/standard@2");

    private final InMemoryObjectStore objects = new InMemoryObjectStore("bucket");
    private final StoredRuns runs = new StoredRuns(objects);

    @BeforeEach
    void leaveARunThatHasEnded() {
        runs.admit(SPEC);
        objects.put(ObjectKeys.runEnd("old"), new RunEnd(State.ENDED, Optional.empty()).toJson());
        StoredStart.put(objects, FINAL, 6, 12);
        StoredStart.put(objects, EARLIER, 6, 12);
        for (String key :
                List.of(
                        ObjectKeys.checkpoints("old", RunSpecs.SITE) + "continuation/buffer.f32",
                        ObjectKeys.heldOutComplete("old"),
                        ObjectKeys.evaluation(FINAL.dictionary(), 4, "held-out"),
                        ObjectKeys.latentStatistics(FINAL.dictionary(), 4, "held-out") + "json",
                        ObjectKeys.statisticsContexts("old", "digest"),
                        ObjectKeys.NEAREST_LATENTS + "old/layers.0.mlp.out/pair",
                        // Names that begin with the run's are others' names.
                        ObjectKeys.runSpec("older"),
                        "models/demo/config.json")) {
            objects.put(key, new byte[] {1, 2, 3});
        }
    }

    private List<String> keys() {
        return objects.list("").map(ObjectStat::key).toList();
    }

    @Test
    void nothingOfARunThatNobodyNeedsStaysButItsName() {
        RunPurge.Report report = new RunPurge(objects).purge("old");

        assertThat(keys())
                .containsExactly(
                        "models/demo/config.json", "names/old.json", ObjectKeys.runSpec("older"));
        assertThat(report.kept()).isEmpty();
        assertThat(report.objects()).isEqualTo(12);
    }

    @Test
    void aNameStaysThatOfTheRunThatWasRemoved() {
        new NameClaims(objects).purge("old");
        new RunPurge(objects).purge("old");

        assertThat(runs.admit(SPEC)).isInstanceOf(Refused.class);
        assertThat(runs.find("old")).isEmpty();
    }

    @Test
    void whatAnotherRunStartsFromStaysWithWhatItIsEvaluatedBy() {
        runs.admit(
                RunSpecs.changed(
                        RunSpecs.of("after", 4),
                        json ->
                                json.withObject("/recipes/0/initialize")
                                        .put("dictionary", EARLIER.toString())));

        RunPurge.Report report = new RunPurge(objects).purge("old");

        assertThat(keys())
                .filteredOn(key -> key.contains("/old/"))
                .containsExactly(
                        "dictionaries/old/layers.0.mlp.out/standard/step-0000000002/config.json",
                        "dictionaries/old/layers.0.mlp.out/standard/step-0000000002/dictionary.safetensors",
                        "runs/old/end.json",
                        "runs/old/held-out/complete.json",
                        "runs/old/run.json",
                        "statistics/contexts/old/digest.i32");
        assertThat(report.kept())
                .contains(
                        new RunPurge.Kept(
                                "dictionaries/old/layers.0.mlp.out/standard/step-0000000002/",
                                "run after starts from it"));
    }

    @Test
    void whatWasBrokenOffGoesOn() {
        new NameClaims(objects).purge("old");
        keys().stream().filter(key -> key.contains("/old/")).limit(5).forEach(objects::delete);

        new RunPurge(objects).purge("old");

        assertThat(keys())
                .containsExactly(
                        "models/demo/config.json", "names/old.json", ObjectKeys.runSpec("older"));
    }

    /** A service may have been at work for the run when it was removed. */
    @Test
    void whatIsWrittenLateGoesWhenAskedForOnceMore() {
        new NameClaims(objects).purge("old");
        new RunPurge(objects).purge("old");
        String late = ObjectKeys.evaluation(FINAL.dictionary(), 4, "late");
        objects.put(late, new byte[] {1, 2});
        objects.put(ObjectKeys.wantedStatistics("old") + "late.json", new byte[] {3});

        assertThat(RunStorage.of(objects, "old").bytes()).isEqualTo(3);
        assertThat(new RunPurge(objects).purge("old").objects()).isEqualTo(2);
        assertThat(keys())
                .containsExactly(
                        "models/demo/config.json", "names/old.json", ObjectKeys.runSpec("older"));
    }

    @Test
    void statisticsAreStillToBeMadeWhileTheyAreWantedAndWhileTheyArePlanned() {
        RunPurge purge = new RunPurge(objects);
        String wanted = ObjectKeys.wantedStatistics("old") + "wanted.json";
        objects.put(ObjectKeys.STATISTICS_PLANS + "1.json", plan("older"));
        assertThat(purge.isWantedByStatistics("old")).isFalse();

        objects.put(wanted, new byte[] {1});
        assertThat(purge.isWantedByStatistics("old")).isTrue();

        objects.put(ObjectKeys.STATISTICS_PLANS + "2.json", plan("old"));
        objects.delete(wanted);
        assertThat(purge.isWantedByStatistics("old")).isTrue();

        objects.delete(ObjectKeys.STATISTICS_PLANS + "2.json");
        assertThat(purge.isWantedByStatistics("old")).isFalse();
    }

    private static byte[] plan(String run) {
        return new StatisticsPlan(
                        run,
                        new StatisticsPlan.Setting(
                                "held-out", "s3://models/demo/", "contexts", 8, 4, 2, 4, 0),
                        List.of(),
                        Optional.empty())
                .toJson();
    }

    @Test
    void aRunsBytesAreShownByWhatTheyAreFor() {
        RunStorage storage = RunStorage.of(objects, "old");

        assertThat(storage.parts())
                .containsEntry("checkpoints", 3L)
                .containsEntry("evaluations", 3L)
                .containsEntry("held-out", 3L)
                .containsEntry("statistics", 9L)
                .containsKeys("dictionaries", "run");
        assertThat(storage.bytes())
                .isEqualTo(storage.parts().values().stream().mapToLong(it -> it).sum());
        assertThat(storage.objects()).isEqualTo(12);
    }
}
