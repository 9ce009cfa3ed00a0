package org.lexicographer.benchmark.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is claimed is that each loop does its work, not how fast it is. */
class LoopsTest {

    private static final int ROWS = 96;
    private static final int FEW_LATENTS = 128;

    @Test
    void asManyLatentsOfEachRowAreSelectedAsAreWanted() {
        EncodeLoops loops = new EncodeLoops(FEW_LATENTS);
        loops.draw();

        loops.multiply();

        assertThat(loops.multiplyAndSelect()).isEqualTo(ROWS * Drawn.ACTIVE);
    }

    @Test
    void rowsAreSummedMultipliedAndMoved() {
        RowLoops loops = new RowLoops();
        loops.draw();

        assertThat(loops.sums()).isFinite().isNotEqualTo(loops.sums());
        assertThat(loops.dots()).isFinite().isNotEqualTo(loops.dots());
        assertThat(loops.adam()).isFinite().isNotEqualTo(loops.adam());
    }

    @Test
    void aWeightIsWidened() throws Exception {
        WideningLoops loops = new WideningLoops();
        loops.store();

        assertThat(loops.widen()).isFinite().isNotZero();

        loops.close();
    }
}
