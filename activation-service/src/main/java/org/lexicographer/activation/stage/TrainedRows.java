package org.lexicographer.activation.stage;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Set;
import org.lexicographer.pipeline.run.TokenFilter;

/**
 * Which rows of a block a run trains on, as far as positions and token ids decide it. All sites of
 * a run keep the same rows.
 */
final class TrainedRows {

    private final int[] kept;
    private final int rows;

    private TrainedRows(int[] kept, int rows) {
        this.kept = kept;
        this.rows = rows;
    }

    /**
     * Finds the rows.
     *
     * @param specialTokens the ids of the model's special tokens
     */
    static TrainedRows of(StageInput block, TokenFilter filter, Set<Integer> specialTokens) {
        int[] tokens = block.tokens();
        int[] kept = new int[tokens.length];
        int count = 0;
        for (int row = 0; row < tokens.length; row++) {
            boolean special = filter.excludeSpecialTokens() && specialTokens.contains(tokens[row]);
            if (!special && filter.positions().contains(row % block.contextLength())) {
                kept[count++] = row;
            }
        }
        return new TrainedRows(Arrays.copyOf(kept, count), tokens.length);
    }

    /** Returns the number of rows that are left out. */
    int excluded() {
        return rows - kept.length;
    }

    /** Returns which row of the block the n-th of the kept ones is. */
    int rowOf(int n) {
        return kept[n];
    }

    /**
     * Returns the rows that are kept.
     *
     * @param activations the activations of all rows, (N, D)
     * @param activationDim the width of a row, D
     */
    FloatBuffer of(FloatBuffer activations, int activationDim) {
        if (kept.length == rows) {
            return activations;
        }
        float[] values = new float[kept.length * activationDim];
        for (int i = 0; i < kept.length; i++) {
            activations.get(kept[i] * activationDim, values, i * activationDim, activationDim);
        }
        return FloatBuffer.wrap(values);
    }
}
