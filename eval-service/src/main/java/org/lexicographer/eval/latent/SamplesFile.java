package org.lexicographer.eval.latent;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;

/**
 * The file of a part of pass B: columns that have a row for each latent that is active in the part,
 * with where its rows end in the columns of bins and of occurrences, and where an occurrence's end
 * in those of positions and values. Of a file, the rows of a few latents can be read.
 */
public final class SamplesFile {

    private SamplesFile() {}

    /** Returns the file of a part's samples. */
    public static SafetensorsWriter write(LatentSamples samples) {
        Rows rows = new Rows();
        for (int latent = samples.first(); latent < samples.end(); latent++) {
            rows.add(samples, latent);
        }
        return rows.file();
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

        SafetensorsWriter file() {
            SafetensorsWriter file = new SafetensorsWriter();
            Columns.add(file, "latents", latents.toArray());
            Columns.add(file, "bin_ends", binEnds.toArray());
            Columns.add(file, "bins", bins.toArray());
            Columns.add(file, "bin_counts", binCounts.toArray());
            Columns.add(file, "occurrence_ends", occurrenceEnds.toArray());
            Columns.add(file, "contexts", contexts.toArray());
            Columns.add(file, "pair_ends", pairEnds.toArray());
            Columns.add(file, "positions", positions.toArray());
            Columns.add(file, "values", values.toArray());
            return file;
        }
    }

    /** Adds what a part has of the latents that are being merged. */
    public static void addTo(LatentSamples samples, TensorSource file) {
        IntBuffer latents = Columns.ints(file, "latents");
        for (int row = 0; row < latents.remaining(); row++) {
            int latent = latents.get(row);
            if (latent >= samples.first() && latent < samples.end()) {
                addBins(samples, file, row, latent);
                addOccurrences(samples, file, row, latent);
            }
        }
    }

    private static void addBins(LatentSamples samples, TensorSource file, int row, int latent) {
        IntBuffer ends = Columns.ints(file, "bin_ends");
        IntBuffer bins = Columns.ints(file, "bins");
        IntBuffer counts = Columns.ints(file, "bin_counts");
        for (int i = start(ends, row); i < ends.get(row); i++) {
            samples.addToBin(latent, bins.get(i), counts.get(i));
        }
    }

    private static void addOccurrences(
            LatentSamples samples, TensorSource file, int row, int latent) {
        IntBuffer ends = Columns.ints(file, "occurrence_ends");
        IntBuffer contexts = Columns.ints(file, "contexts");
        IntBuffer pairEnds = Columns.ints(file, "pair_ends");
        IntBuffer positions = Columns.ints(file, "positions");
        FloatBuffer values = Columns.floats(file, "values");
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
