package org.lexicographer.trainer.recipe.dense;

import java.util.ArrayList;
import java.util.List;
import org.lexicographer.kernel.Panels;
import org.lexicographer.kernel.RowMemory;
import org.lexicographer.kernel.Rows;
import org.lexicographer.kernel.TileProduct;
import org.lexicographer.kernel.Workers;
import org.lexicographer.trainer.recipe.active.ActiveLatents;

/** Matrices with a row for each of the batch, in panels of their columns. */
public final class BatchPanels {

    private final Workers workers;
    private final RowMemory memory;
    private final List<Panels> panels = new ArrayList<>();
    private List<Rows> matrices = List.of();

    /** Packs nothing yet. */
    public BatchPanels(Workers workers, RowMemory memory) {
        this.workers = workers;
        this.memory = memory;
    }

    /**
     * Copies rows of matrices as they are.
     *
     * @param batch whose rows that have lists are copied
     */
    public void pack(ActiveLatents batch, List<Rows> newMatrices) {
        matrices = newMatrices;
        for (int i = 0; i < matrices.size(); i++) {
            Rows matrix = matrices.get(i);
            if (panels.size() == i) {
                panels.add(memory.panels(matrix.width(), matrix.count()));
            } else if (!panels.get(i).fits(matrix.width(), matrix.count())) {
                panels.set(i, memory.panels(matrix.width(), matrix.count()));
            }
        }
        int first = batch.firstTile();
        workers.run(
                batch.endTile() - first, (tile, worker) -> pack((first + tile) * TileProduct.ROWS));
    }

    private void pack(int first) {
        for (int i = 0; i < matrices.size(); i++) {
            Rows matrix = matrices.get(i);
            int last = Math.min(matrix.count(), first + TileProduct.ROWS);
            panels.get(i).packTransposed(matrix, first, last);
        }
    }

    /** Returns the panels of one of the matrices. */
    Panels of(Rows matrix) {
        for (int i = 0; i < matrices.size(); i++) {
            if (matrices.get(i) == matrix) {
                return panels.get(i);
            }
        }
        throw new IllegalArgumentException(
                "matrix not packed: expected=one of %d, found=another, width=%d"
                        .formatted(matrices.size(), matrix.width()));
    }
}
