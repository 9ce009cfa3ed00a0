package org.lexicographer.eval.nearest;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.lexicographer.eval.latent.column.ColumnsReader;
import org.lexicographer.eval.latent.column.ColumnsWriter;
import org.lexicographer.eval.latent.companion.CloseLatents;

/**
 * Of each latent of a dictionary the nearest in another, the nearest first.
 *
 * @param kept how many there are of each, k: ten, or all that the other dictionary has
 * @param latents which they are, latent after latent, (F, k)
 * @param cosines how near they are, (F, k)
 */
public record NearestTable(int kept, int[] latents, float[] cosines) {

    /** Copies what was found, of as many for each latent. */
    static NearestTable of(List<CloseLatents> found) {
        int kept = found.isEmpty() ? 0 : found.getFirst().latents().length;
        int[] latents = new int[found.size() * kept];
        float[] cosines = new float[latents.length];
        for (int latent = 0; latent < found.size(); latent++) {
            for (int rank = 0; rank < kept; rank++) {
                latents[latent * kept + rank] = found.get(latent).latents()[rank];
                cosines[latent * kept + rank] = (float) found.get(latent).values()[rank];
            }
        }
        return new NearestTable(kept, latents, cosines);
    }

    /** Returns the number of latents, F. */
    public int size() {
        return kept == 0 ? 0 : latents.length / kept;
    }

    /** Returns the nearest to a latent. */
    CloseLatents of(int latent) {
        int start = latent * kept;
        return new CloseLatents(
                Arrays.copyOfRange(latents, start, start + kept),
                IntStream.range(start, start + kept).mapToDouble(i -> cosines[i]).toArray());
    }

    /** Returns how near the nearest is to each latent, (F). */
    public double[] largest() {
        return IntStream.range(0, size()).mapToDouble(latent -> cosines[latent * kept]).toArray();
    }

    long bytes() {
        return (long) latents.length * (Integer.BYTES + Float.BYTES);
    }

    void write(ColumnsWriter out) {
        out.add("kept", new int[] {kept});
        out.add("latents", latents);
        out.add("cosines", cosines);
    }

    static NearestTable read(ColumnsReader in) {
        return new NearestTable(
                in.intArray("kept")[0], in.intArray("latents"), in.floatArray("cosines"));
    }
}
