package org.lexicographer.eval.latent;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.lexicographer.eval.latent.column.ColumnsReader;
import org.lexicographer.eval.latent.column.ColumnsWriter;
import org.lexicographer.eval.latent.column.FloatColumn;
import org.lexicographer.eval.latent.column.IntColumn;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;

/**
 * The file of a part of pass B: columns that have a row for each latent that is active in the part,
 * with where its rows end in the columns of bins and of occurrences, and where an occurrence's end
 * in those of positions and values. Of a file, the rows of a few latents can be read.
 */
public final class SamplesFile {

    private SamplesFile() {}

    /**
     * Adds a part's samples to a file.
     *
     * @param prefix what the columns' names begin with
     */
    public static void write(SafetensorsWriter file, String prefix, LatentSamples samples) {
        Rows rows = new Rows();
        for (int latent = samples.first(); latent < samples.end(); latent++) {
            rows.add(samples, latent);
        }
        rows.write(new ColumnsWriter(file, prefix));
    }

    private static final class Rows {

        private final IntColumn latents = new IntColumn();
        private final IntColumn binEnds = new IntColumn();
        private final IntColumn bins = new IntColumn();
        private final IntColumn binCounts = new IntColumn();
        private final IntColumn occurrenceEnds = new IntColumn();
        private final IntColumn contexts = new IntColumn();
        private final IntColumn pairEnds = new IntColumn();
        private final IntColumn positions = new IntColumn();
        private final FloatColumn values = new FloatColumn();

        void add(LatentSamples samples, int latent) {
            int before = bins.size();
            int[] histogram = samples.histogram(latent);
            for (int bin = 0; bin < histogram.length; bin++) {
                if (histogram[bin] > 0) {
                    bins.add(bin);
                    binCounts.add(histogram[bin]);
                }
            }
            if (bins.size() > before) {
                latents.add(latent);
                binEnds.add(bins.size());
                samples.all(latent).forEach(this::add);
                occurrenceEnds.add(contexts.size());
            }
        }

        private void add(Occurrence occurrence) {
            contexts.add(occurrence.context());
            for (int i = 0; i < occurrence.positions().length; i++) {
                positions.add(occurrence.positions()[i]);
                values.add(occurrence.values()[i]);
            }
            pairEnds.add(positions.size());
        }

        void write(ColumnsWriter out) {
            out.add("latents", latents);
            out.add("bin_ends", binEnds);
            out.add("bins", bins);
            out.add("bin_counts", binCounts);
            out.add("occurrence_ends", occurrenceEnds);
            out.add("contexts", contexts);
            out.add("pair_ends", pairEnds);
            out.add("positions", positions);
            out.add("values", values.toArray());
        }
    }

    /** Adds what a part has of the latents that are being merged. */
    public static void addTo(LatentSamples samples, TensorSource file, String prefix) {
        ColumnsReader in = new ColumnsReader(file, prefix);
        IntBuffer latents = in.ints("latents");
        for (int row = 0; row < latents.remaining(); row++) {
            int latent = latents.get(row);
            if (latent >= samples.first() && latent < samples.end()) {
                addBins(samples, in, row, latent);
                addOccurrences(samples, in, row, latent);
            }
        }
    }

    private static void addBins(LatentSamples samples, ColumnsReader in, int row, int latent) {
        IntBuffer ends = in.ints("bin_ends");
        IntBuffer bins = in.ints("bins");
        IntBuffer counts = in.ints("bin_counts");
        for (int i = start(ends, row); i < ends.get(row); i++) {
            samples.addToBin(latent, bins.get(i), counts.get(i));
        }
    }

    private static void addOccurrences(
            LatentSamples samples, ColumnsReader in, int row, int latent) {
        IntBuffer ends = in.ints("occurrence_ends");
        IntBuffer contexts = in.ints("contexts");
        IntBuffer pairEnds = in.ints("pair_ends");
        IntBuffer positions = in.ints("positions");
        FloatBuffer values = in.floats("values");
        for (int i = start(ends, row); i < ends.get(row); i++) {
            int from = start(pairEnds, i);
            int[] own = new int[pairEnds.get(i) - from];
            float[] ownValues = new float[own.length];
            positions.get(from, own);
            values.get(from, ownValues);
            samples.add(latent, new Occurrence(contexts.get(i), own, ownValues));
        }
    }

    private static int start(IntBuffer ends, int row) {
        return row == 0 ? 0 : ends.get(row - 1);
    }
}
