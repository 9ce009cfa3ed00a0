package org.lexicographer.pipeline.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.Site;

class RunStagesTest {

    private static RunSpec spec(Optional<Integer> stages, String... sites) {
        ObjectNode json =
                (ObjectNode)
                        Json.tree(
                                """
                                {"run": "r", "languageModel": {"uri": "s3://b/m/"},
                                 "contextLength": 8, "evaluation": {"contexts": 1},
                                 "training": {"steps": 9, "batchSize": 8, "bufferContexts": 64},
                                 "sites": [],
                                 "recipes": [{"type": "topK", "name": "a", "dictionarySize": 8,
                                              "k": 2}]}
                                """
                                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        ArrayNode to = json.withArray("/sites");
        Stream.of(sites).forEach(to::add);
        stages.ifPresent(n -> ((ObjectNode) json.get("languageModel")).put("stages", n));
        return RunSpec.read(json);
    }

    private static RunStages stages(int stages, String... sites) {
        return RunStages.of(spec(Optional.of(stages), sites));
    }

    @ParameterizedTest
    @CsvSource({
        "4, 1, 0-4",
        "4, 2, 0-2 2-4",
        "5, 2, 0-2 2-5",
        "7, 4, 0-1 1-3 3-5 5-7",
        "3, 3, 0-1 1-2 2-3"
    })
    void layersAreCutEvenly(int layers, int spans, String expected) {
        assertThat(LayerSpan.even(layers, spans))
                .extracting(span -> span.first() + "-" + span.end())
                .containsExactly(expected.split(" "));
    }

    @Test
    void everySpanHasLayersAndNoneIsLost() {
        for (int layers = 1; layers <= 40; layers++) {
            for (int spans = 1; spans <= layers; spans++) {
                List<LayerSpan> cut = LayerSpan.even(layers, spans);
                assertThat(cut).hasSize(spans);
                assertThat(cut.getFirst().first()).isZero();
                assertThat(cut.getLast().end()).isEqualTo(layers);
                for (int i = 1; i < spans; i++) {
                    assertThat(cut.get(i).first()).isEqualTo(cut.get(i - 1).end());
                }
                assertThat(cut.stream().mapToInt(LayerSpan::layers).max().orElseThrow())
                        .isEqualTo(Math.ceilDiv(layers, spans));
            }
        }
    }

    @Test
    void layersAboveTheLastSiteBelongToNoStage() {
        // When
        RunStages stages = stages(2, "layers.3.mlp.out", "layers.1.resid.post", "embed");

        // Then
        assertThat(stages.spans()).containsExactly(new LayerSpan(0, 2), new LayerSpan(2, 4));
        assertThat(stages.observed(0))
                .containsExactly(Site.parse("embed"), Site.parse("layers.1.resid.post"));
        assertThat(stages.observed(1)).containsExactly(Site.parse("layers.3.mlp.out"));
        assertThat(stages.handedOn(0)).contains(Site.parse("layers.1.resid.post"));
        assertThat(stages.handedOn(1)).isEmpty();
    }

    @Test
    void stagesHaveTopicsAndGroupsOfTheirOwn() {
        // When
        RunStages stages = stages(3, "layers.5.mlp.out");

        // Then
        assertThat(stages.source(0)).isEqualTo("token-blocks.r");
        assertThat(stages.residualTopics())
                .containsExactly("residual-blocks.r.1", "residual-blocks.r.2");
        assertThat(stages.groups())
                .containsExactly(
                        "activation-service.r", "activation-service.r.1", "activation-service.r.2");
    }

    @Test
    void oneStageIsTheSameSpecAsNoneSaid() {
        RunSpec said = spec(Optional.of(1), "layers.3.mlp.out");

        assertThat(said).isEqualTo(spec(Optional.empty(), "layers.3.mlp.out"));
        assertThat(Json.tree(said.toJson()).path("languageModel").has("stages")).isFalse();
    }

    @Test
    void aRunIsNotCutUnlessItSaysSo() {
        // Given
        RunSpec spec = spec(Optional.empty(), "layers.3.mlp.out");

        // Then
        assertThat(RunStages.of(spec).spans()).containsExactly(new LayerSpan(0, 4));
        assertThat(RunStages.of(spec).residualTopics()).isEmpty();
        assertThat(Json.tree(spec.toJson()).path("languageModel").has("stages")).isFalse();
        assertThat(RunSpec.read(spec(Optional.of(2), "layers.3.mlp.out").toJson()))
                .isEqualTo(spec(Optional.of(2), "layers.3.mlp.out"));
    }

    @Test
    void moreStagesThanLayersAreRefused() {
        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> stages(5, "layers.3.mlp.out"))
                .withMessageContaining("languageModel.stages")
                .withMessageContaining(
                        "more stages than layers up to the last site: expected=at most 4, found=5");
    }
}
