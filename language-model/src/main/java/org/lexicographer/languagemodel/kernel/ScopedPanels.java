package org.lexicographer.languagemodel.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.lang.foreign.MemorySegment;
import org.lexicographer.kernel.Panels;
import org.lexicographer.kernel.Rows;
import org.lexicographer.kernel.Workers;

/** Panels that are packed for one call, in memory that libtorch lends again and again. */
final class ScopedPanels {

    private ScopedPanels() {}

    /** Packs the rows of a matrix; the panels are the scope's. */
    static Panels ofRows(Rows matrix, NDManager scope) {
        Panels panels = allocate(matrix.count(), matrix.width(), scope);
        Workers.shared().run(panels.count(), (panel, worker) -> panels.pack(matrix, panel));
        return panels;
    }

    /** Packs the columns of a matrix; the panels are the scope's. */
    static Panels ofColumns(Rows matrix, NDManager scope) {
        Panels panels = allocate(matrix.width(), matrix.count(), scope);
        Workers.shared()
                .run(panels.count(), (panel, worker) -> panels.packTransposed(matrix, panel));
        return panels;
    }

    private static Panels allocate(int rows, int columns, NDManager scope) {
        Shape shape = new Shape(Panels.size(rows, columns));
        NDArray memory = scope.create(shape, DataType.FLOAT32); // (panels * depth * WIDTH)
        return new Panels(rows, columns, MemorySegment.ofBuffer(memory.toByteBuffer(true)));
    }
}
