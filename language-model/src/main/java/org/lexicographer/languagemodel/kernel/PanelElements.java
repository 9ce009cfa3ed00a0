package org.lexicographer.languagemodel.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.lexicographer.kernel.Panels;

/** Where elements of a matrix are in its panels. */
final class PanelElements {

    private static final int WIDTH = Panels.WIDTH;

    private PanelElements() {}

    /** Sets a row of a matrix whose rows lie side by side in the panels. */
    static void setRow(MemorySegment panels, int depth, int row, float[] values, int length) {
        long at = (long) row / WIDTH * depth * WIDTH + row % WIDTH;
        for (int i = 0; i < length; i++) {
            panels.setAtIndex(ValueLayout.JAVA_FLOAT, at + (long) i * WIDTH, values[i]);
        }
    }

    /** Sets a column of a matrix whose rows lie side by side in the panels. */
    static void setColumn(MemorySegment panels, int depth, int column, float[] values, int length) {
        for (int row = 0; row < length; row += WIDTH) {
            long at = ((long) row * depth + (long) column * WIDTH) * Float.BYTES;
            int count = Math.min(WIDTH, length - row);
            MemorySegment.copy(values, row, panels, ValueLayout.JAVA_FLOAT, at, count);
        }
    }
}
