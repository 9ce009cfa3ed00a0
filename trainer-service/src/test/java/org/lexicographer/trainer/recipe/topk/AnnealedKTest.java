package org.lexicographer.trainer.recipe.topk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.pipeline.recipe.setting.TopKSelection;

class AnnealedKTest {

    private static int[] firstSix(int annealSteps, int size, Compatibility compatibility) {
        TopKSelection selection =
                new TopKSelection(
                        2,
                        annealSteps,
                        new TopKSelection.AuxiliaryLoss(0, 0, 1),
                        new TopKSelection.Threshold(0.9, 0));
        AnnealedK k = new AnnealedK(selection, 10, size, compatibility);
        return IntStream.range(0, 6).map(k::at).toArray();
    }

    @Test
    void fallsFromTheActivationsWidth() {
        assertThat(firstSix(4, 100, Compatibility.PAPER)).containsExactly(10, 8, 6, 4, 2, 2);
    }

    @Test
    void fallsOneStepLaterAndStartsAtItsEndAsTheToolDoes() {
        assertThat(firstSix(4, 100, Compatibility.DICTIONARY_LEARNING))
                .containsExactly(2, 10, 8, 6, 4, 2);
    }

    @Test
    void neverExceedsTheDictionary() {
        assertThat(firstSix(4, 7, Compatibility.PAPER)).containsExactly(7, 7, 6, 4, 2, 2);
    }

    @Test
    void staysWithoutAnnealing() {
        assertThat(firstSix(0, 100, Compatibility.PAPER)).containsOnly(2);
    }
}
