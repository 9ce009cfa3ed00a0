package org.lexicographer.eval.latent.companion;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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
     * The neighbours of latents of two dictionaries in each other.
     *
     * @param ofRows of each latent of the one those in the other
     * @param ofOthers of each latent of the other those in the one
     */
    public record Between(List<CloseLatents> ofRows, List<CloseLatents> ofOthers) {}

    /**
     * Compares each row of a matrix with all rows of another, and the other way round.
     *
     * @param rows float32 (F, D), which stay the caller's
     * @param others float32 (G, D), which stay the caller's
     */
    public static Between between(NDArray rows, NDArray others) {
        int count = Math.toIntExact(others.getShape().get(0));
        List<CloseLatents> ofRows = new ArrayList<>();
        List<ClosestSoFar> ofOthers = Stream.generate(ClosestSoFar::new).limit(count).toList();
        Cosines.visit(
                rows,
                others,
                (row, cosines) -> {
                    ofRows.add(closest(cosines, -1));
                    for (int other = 0; other < count; other++) {
                        ofOthers.get(other).offer(row, cosines[other]);
                    }
                });
        return new Between(ofRows, ofOthers.stream().map(ClosestSoFar::latents).toList());
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
