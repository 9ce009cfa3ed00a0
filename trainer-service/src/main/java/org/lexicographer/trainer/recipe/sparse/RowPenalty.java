package org.lexicographer.trainer.recipe.sparse;

import java.util.Arrays;
import org.lexicographer.trainer.recipe.active.ActiveTile;

/** What a loss adds to the reconstruction's, row by row; used by several threads at a time. */
@FunctionalInterface
public interface RowPenalty {

    /** A loss that is the reconstruction's. */
    RowPenalty NONE =
            (tile, row) -> {
                Arrays.fill(tile.gradients(), tile.start(row), tile.end(row), 0);
                return 0;
            };

    /**
     * Sets the gradients of a row's entries to the penalty's, its weight included.
     *
     * @return the penalty of the row before its weight
     */
    double setGradients(ActiveTile tile, int row);
}
