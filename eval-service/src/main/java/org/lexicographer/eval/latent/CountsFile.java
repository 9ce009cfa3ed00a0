package org.lexicographer.eval.latent;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import org.lexicographer.eval.latent.column.ColumnsReader;
import org.lexicographer.eval.latent.column.ColumnsWriter;
import org.lexicographer.eval.latent.column.FloatColumn;
import org.lexicographer.eval.latent.column.IntColumn;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;

/**
 * The file of a part of pass A: columns that have a row for each latent that is active in the part,
 * and lists of several rows for one latent, one list after the other.
 */
public final class CountsFile {

    private CountsFile() {}

    /**
     * Adds a part's counts and the contexts in which latents are active to a file.
     *
     * @param prefix what the columns' names begin with
     */
    public static void write(
            SafetensorsWriter file, String prefix, LatentCounts counts, ActivityLog activity) {
        ColumnsWriter out = new ColumnsWriter(file, prefix);
        int[] latents = active(counts);
        out.add("size", new long[] {counts.dictionarySize(), counts.contexts(), counts.tokens()});
        out.add("latents", latents);
        writeTotals(out, counts, latents);
        writeHistograms(out, counts, latents);
        writeTop(out, counts.top(), latents);
        writeActivity(out, activity);
    }

    private static int[] active(LatentCounts counts) {
        IntColumn active = new IntColumn();
        for (int latent = 0; latent < counts.dictionarySize(); latent++) {
            if (counts.firings(latent) > 0) {
                active.add(latent);
            }
        }
        return active.toArray();
    }

    private static void writeTotals(ColumnsWriter out, LatentCounts counts, int[] latents) {
        int rows = latents.length;
        long[] firings = new long[rows];
        double[] sums = new double[rows];
        float[] smallest = new float[rows];
        float[] largest = new float[rows];
        int[] contexts = new int[rows];
        for (int row = 0; row < rows; row++) {
            LatentTotals totals = counts.totals(latents[row]);
            firings[row] = totals.firings();
            sums[row] = totals.sum();
            smallest[row] = totals.smallest();
            largest[row] = totals.largest();
            contexts[row] = totals.contexts();
        }
        out.add("firings", firings);
        out.add("sums", sums);
        out.add("smallest", smallest);
        out.add("largest", largest);
        out.add("active_contexts", contexts);
    }

    private static void writeHistograms(ColumnsWriter out, LatentCounts counts, int[] latents) {
        IntColumn firsts = new IntColumn();
        IntColumn ends = new IntColumn();
        IntColumn binCounts = new IntColumn();
        for (int latent : latents) {
            LogHistogram histogram = counts.histogram(latent);
            firsts.add(histogram.firstBin());
            ends.add(histogram.endBin());
            for (int bin = histogram.firstBin(); bin < histogram.endBin(); bin++) {
                binCounts.add(histogram.count(bin));
            }
        }
        out.add("histogram.first", firsts);
        out.add("histogram.end", ends);
        out.add("histogram.counts", binCounts);
    }

    private static void writeTop(ColumnsWriter out, TopContexts top, int[] latents) {
        IntColumn sizes = new IntColumn();
        IntColumn contexts = new IntColumn();
        IntColumn positions = new IntColumn();
        FloatColumn values = new FloatColumn();
        for (int latent : latents) {
            sizes.add(top.size(latent));
            for (int rank = 0; rank < top.size(latent); rank++) {
                contexts.add(top.context(latent, rank));
                positions.add(top.position(latent, rank));
                values.add(top.value(latent, rank));
            }
        }
        out.add("top.sizes", sizes);
        out.add("top.contexts", contexts);
        out.add("top.positions", positions);
        out.add("top.values", values.toArray());
    }

    private static void writeActivity(ColumnsWriter out, ActivityLog activity) {
        int[] latents = new int[activity.size()];
        int[] contexts = new int[activity.size()];
        for (int pair = 0; pair < latents.length; pair++) {
            latents[pair] = activity.latent(pair);
            contexts[pair] = activity.context(pair);
        }
        out.add("activity.latents", latents);
        out.add("activity.contexts", contexts);
    }

    /** Returns the counts of a part. */
    public static LatentCounts counts(TensorSource file, String prefix) {
        ColumnsReader in = new ColumnsReader(file, prefix);
        LongBuffer size = in.longs("size");
        LatentCounts counts = new LatentCounts(Math.toIntExact(size.get()));
        counts.addTexts(Math.toIntExact(size.get()), size.get());
        int[] latents = new int[in.ints("latents").remaining()];
        in.ints("latents").get(latents);
        readTotals(in, counts, latents);
        readHistograms(in, counts, latents);
        readTop(in, counts.top(), latents);
        return counts;
    }

    private static void readTotals(ColumnsReader in, LatentCounts counts, int[] latents) {
        LongBuffer firings = in.longs("firings");
        DoubleBuffer sums = in.doubles("sums");
        FloatBuffer smallest = in.floats("smallest");
        FloatBuffer largest = in.floats("largest");
        IntBuffer contexts = in.ints("active_contexts");
        for (int latent : latents) {
            counts.add(
                    latent,
                    new LatentTotals(
                            firings.get(),
                            sums.get(),
                            smallest.get(),
                            largest.get(),
                            contexts.get()));
        }
    }

    private static void readHistograms(ColumnsReader in, LatentCounts counts, int[] latents) {
        IntBuffer firsts = in.ints("histogram.first");
        IntBuffer ends = in.ints("histogram.end");
        IntBuffer binCounts = in.ints("histogram.counts");
        for (int latent : latents) {
            int end = ends.get();
            for (int bin = firsts.get(); bin < end; bin++) {
                counts.histogram(latent).add(bin, binCounts.get());
            }
        }
    }

    private static void readTop(ColumnsReader in, TopContexts top, int[] latents) {
        IntBuffer sizes = in.ints("top.sizes");
        IntBuffer contexts = in.ints("top.contexts");
        IntBuffer positions = in.ints("top.positions");
        FloatBuffer values = in.floats("top.values");
        for (int latent : latents) {
            int size = sizes.get();
            for (int rank = 0; rank < size; rank++) {
                top.offer(latent, contexts.get(), positions.get(), values.get());
            }
        }
    }

    /** Returns in which contexts of a part latents are active. */
    public static ActivityLog activity(TensorSource file, String prefix) {
        ColumnsReader in = new ColumnsReader(file, prefix);
        ActivityLog activity = new ActivityLog();
        IntBuffer latents = in.ints("activity.latents");
        IntBuffer contexts = in.ints("activity.contexts");
        while (latents.hasRemaining()) {
            activity.add(latents.get(), contexts.get());
        }
        return activity;
    }
}
