package org.lexicographer.languagemodel.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lexicographer.languagemodel.weights.Placement.Sizes;

class PlacementTest {

    private static Sizes sixLayers(long embedding, long unembedding) {
        return new Sizes(embedding, Collections.nCopies(6, 10L), unembedding);
    }

    private static List<Integer> devices(Sizes sizes, Long... free) {
        return Placement.of(sizes, List.of(free)).orElseThrow().devices();
    }

    @Test
    void keepsAModelTogetherThatFitsOnTheFirstDevice() {
        assertThat(devices(sixLayers(5, 5), 70L, 700L)).containsOnly(0);
    }

    @Test
    void movesAModelTogetherToTheNextDeviceWhenTheFirstHasNoRoom() {
        assertThat(devices(sixLayers(5, 5), 3L, 70L)).containsOnly(1);
    }

    @Test
    void fillsDevicesOfOneSizeEqually() {
        assertThat(devices(sixLayers(0, 0), 45L, 45L)).containsExactly(0, 0, 0, 1, 1, 1);
    }

    @Test
    void fillsDevicesByTheirFreeMemory() {
        assertThat(devices(sixLayers(0, 0), 22L, 44L)).containsExactly(0, 0, 1, 1, 1, 1);
    }

    @Test
    void countsTheEmbeddingWithTheFirstLayerAndTheUnembeddingWithTheLast() {
        assertThat(devices(sixLayers(20, 0), 50L, 50L)).containsExactly(0, 0, 1, 1, 1, 1);
        assertThat(devices(sixLayers(0, 20), 50L, 50L)).containsExactly(0, 0, 0, 0, 1, 1);
    }

    @Test
    void usesNoMoreDevicesThanItMust() {
        assertThat(devices(sixLayers(0, 0), 30L, 30L, 30L)).containsExactly(0, 0, 0, 1, 1, 1);
    }

    @Test
    void takesLayersOfAnySizeInTheirOrder() {
        Sizes uneven = new Sizes(0, List.of(50L, 10L, 10L, 10L), 0);
        assertThat(devices(uneven, 60L, 60L)).containsExactly(0, 1, 1, 1);
    }

    @Test
    void hasNoPlaceForAModelThatIsTooLarge() {
        assertThat(Placement.of(sixLayers(0, 0), List.of(29L, 30L))).isEmpty();
    }

    @Test
    void splitsNoLayer() {
        assertThat(Placement.of(new Sizes(0, List.of(40L), 0), List.of(30L, 30L))).isEmpty();
    }

    @Test
    void refusesLayersThatGoBack() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Placement(List.of(0, 1, 0)))
                .withMessage("layer before its predecessor: device=0, predecessor's=1, layer=2");
    }
}
