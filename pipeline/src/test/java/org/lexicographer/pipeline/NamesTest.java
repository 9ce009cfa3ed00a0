package org.lexicographer.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Names that outlive a release: what is stored or queued under them must be found again. */
class NamesTest {

    private static final Site SITE = Site.parse("layers.3.mlp.out");
    private static final DictionaryId DICTIONARY = new DictionaryId("demo", SITE, "standard");

    @Test
    void topicsKeepTheirNames() {
        assertThat(
                        List.of(
                                Topics.RUNS,
                                Topics.DATASET_SHARDS,
                                Topics.tokenBlocks("demo"),
                                Topics.activationBlocks("demo", SITE),
                                Topics.DICTIONARIES,
                                Topics.EVALUATIONS,
                                Topics.RUN_PROGRESS,
                                Topics.REJECTED))
                .containsExactly(
                        "runs",
                        "dataset-shards",
                        "token-blocks.demo",
                        "activation-blocks.demo.layers.3.mlp.out",
                        "dictionaries",
                        "evaluations",
                        "run-progress",
                        "rejected");
    }

    @Test
    void groupsKeepTheirNames() {
        assertThat(Topics.activationGroup("demo")).isEqualTo("activation-service.demo");
        assertThat(Topics.trainerGroup("demo", SITE))
                .isEqualTo("trainer-service.demo.layers.3.mlp.out");
    }

    @Test
    void objectsKeepTheirKeys() {
        assertThat(
                        List.of(
                                ObjectKeys.runSpec("demo"),
                                ObjectKeys.runEnd("demo"),
                                ObjectKeys.heldOutContexts("demo", 12),
                                ObjectKeys.heldOutOrigins(
                                        "demo", ObjectKeys.heldOutContexts("demo", 12)),
                                ObjectKeys.heldOutComplete("demo"),
                                ObjectKeys.checkpointManifest("demo", SITE),
                                ObjectKeys.dictionary(DICTIONARY, 950),
                                ObjectKeys.NEAREST_LATENTS,
                                ObjectKeys.statisticsOrigins(
                                        ObjectKeys.statisticsContexts("demo", "ab12")),
                                ObjectKeys.evaluation(DICTIONARY, 950, "held-out")))
                .containsExactly(
                        "runs/demo/run.json",
                        "runs/demo/end.json",
                        "runs/demo/held-out/contexts-00000000000000000012.tokens",
                        "runs/demo/held-out-origins/contexts-00000000000000000012.tokens.json",
                        "runs/demo/held-out/complete.json",
                        "runs/demo/checkpoints/layers.3.mlp.out/manifest.json",
                        "dictionaries/demo/layers.3.mlp.out/standard/step-0000000950/",
                        "statistics/nearest/",
                        "statistics/contexts/demo/ab12.i32.origins.json",
                        "evaluations/demo/layers.3.mlp.out/standard/step-0000000950/held-out.json");
    }

    @Test
    void whatBelongsToARunLiesUnderItsPrefix() {
        assertThat(
                        List.of(
                                ObjectKeys.runSpec("demo"),
                                ObjectKeys.runEnd("demo"),
                                ObjectKeys.heldOut("demo"),
                                ObjectKeys.heldOutOrigins(
                                        "demo", ObjectKeys.heldOutContexts("demo", 12)),
                                ObjectKeys.checkpoints("demo", SITE)))
                .allMatch(key -> key.startsWith(ObjectKeys.run("demo")));
    }
}
