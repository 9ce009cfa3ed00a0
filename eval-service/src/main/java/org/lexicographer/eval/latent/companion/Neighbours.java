package org.lexicographer.eval.latent.companion;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.lexicographer.eval.metric.Cosines;

/** The latents whose rows of a matrix point the most nearly the same way, by their cosines. */
public final class Neighbours {

    private Neighbours() {}

    /**
     * Compares each row with all others of a matrix.
     *
     * @param rows float32 (F, D), which stay the caller's
     * @return the neighbours of each latent
     */
    public static List<CloseLatents> among(NDArray rows) {
        List<CloseLatents> found = new ArrayList<>();
        Cosines.visit(rows, rows, (row, cosines) -> found.add(closest(cosines, row)));
        return found;
    }

    /**
     * Compares each row of a matrix with all rows of another.
     *
     * @param rows float32 (F, D), which stay the caller's
     * @param others float32 (G, D), which stay the caller's
     * @return the neighbours of each latent among the others
     */
    public static List<CloseLatents> of(NDArray rows, NDArray others) {
        List<CloseLatents> found = new ArrayList<>();
        Cosines.visit(rows, others, (row, cosines) -> found.add(closest(cosines, -1)));
        return found;
    }

    private static CloseLatents closest(float[] cosines, int itself) {
        ClosestSoFar closest = new ClosestSoFar();
        for (int other = 0; other < cosines.length; other++) {
            if (other != itself) {
                closest.offer(other, cosines[other]);
            }
        }
        return closest.latents();
    }
}
