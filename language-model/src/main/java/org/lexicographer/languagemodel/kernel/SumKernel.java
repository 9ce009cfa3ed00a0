package org.lexicographer.languagemodel.kernel;

import static org.lexicographer.kernel.Lanes.COUNT;
import static org.lexicographer.kernel.Lanes.FLOATS;

import ai.djl.ndarray.NDArray;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import org.lexicographer.kernel.Lanes;
import org.lexicographer.kernel.Rows;

/** The sum of arrays of one shape, the first and the second, then the third and so on. */
public final class SumKernel {

    private SumKernel() {}

    /**
     * Computes the sum.
     *
     * @param parts at least one, each (..., D)
     * @param output (..., D)
     */
    public static void run(List<NDArray> parts, NDArray output) {
        List<Rows> from = parts.stream().map(Rows::of).toList();
        List<Rows> others = from.subList(1, from.size());
        Rows to = Rows.of(output);
        RowRanges.run(
                to,
                (first, end) -> {
                    float[] sum = new float[Lanes.padded(to.width())];
                    float[] part = new float[sum.length];
                    for (int row = first; row < end; row++) {
                        from.getFirst().read(row, 0, sum, 0, to.width());
                        for (Rows next : others) {
                            next.read(row, 0, part, 0, to.width());
                            add(sum, part);
                        }
                        to.write(row, 0, sum, 0, to.width());
                    }
                });
    }

    private static void add(float[] sum, float[] part) {
        for (int i = 0; i < sum.length; i += COUNT) {
            FloatVector.fromArray(FLOATS, sum, i)
                    .add(FloatVector.fromArray(FLOATS, part, i))
                    .intoArray(sum, i);
        }
    }
}
