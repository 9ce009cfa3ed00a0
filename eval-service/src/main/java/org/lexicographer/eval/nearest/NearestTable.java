package org.lexicographer.eval.nearest;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.lexicographer.eval.latent.column.ColumnsReader;
import org.lexicographer.eval.latent.column.ColumnsWriter;
import org.lexicographer.eval.latent.companion.CloseLatents;
import org.lexicographer.pipeline.safetensors.SafetensorsRanges;

/**
 * Of each latent of a dictionary the nearest in another, the nearest first.
 *
 * @param kept how many there are of each, k: ten, or all that the other dictionary has
 * @param latents which they are, latent after latent, (F, k)
 * @param cosines how near they are, (F, k)
 */
public record NearestTable(int kept, int[] latents, float[] cosines) {

    private static final String KEPT = "kept";
    private static final String LATENTS = "latents";
    private static final String COSINES = "cosines";

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

    /** Returns how near the nearest is to each latent, (F). */
    public double[] largest() {
        return IntStream.range(0, size()).mapToDouble(latent -> cosines[latent * kept]).toArray();
    }

    void write(ColumnsWriter out) {
        out.add(KEPT, new int[] {kept});
        out.add(LATENTS, latents);
        out.add(COSINES, cosines);
    }

    static NearestTable read(ColumnsReader in) {
        return new NearestTable(in.intArray(KEPT)[0], in.intArray(LATENTS), in.floatArray(COSINES));
    }

    /** Reads how many there are of each latent, from columns whose names begin with the prefix. */
    static int kept(SafetensorsRanges file, String prefix) {
        return file.bytes(prefix + KEPT, 0, 1).getInt();
    }

    /** Reads the nearest to one latent alone, of which so many are kept. */
    static CloseLatents read(SafetensorsRanges file, String prefix, int latent, int kept) {
        long start = (long) latent * kept;
        IntBuffer numbers = file.bytes(prefix + LATENTS, start, kept).asIntBuffer();
        FloatBuffer cosines = file.bytes(prefix + COSINES, start, kept).asFloatBuffer();
        return new CloseLatents(
                IntStream.range(0, kept).map(numbers::get).toArray(),
                IntStream.range(0, kept).mapToDouble(cosines::get).toArray());
    }
}
