package org.lexicographer.eval.latent;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;

/**
 * The file of a part of pass A: columns that have a row for each latent that is active in the part,
 * and lists of several rows for one latent, one list after the other.
 */
public final class CountsFile {

    private static final String DICTIONARY_SIZE = "dictionary_size";
    private static final String CONTEXTS = "contexts";
    private static final String TOKENS = "tokens";

    private CountsFile() {}

    /** Returns the file of a part's counts and of the contexts in which latents are active. */
    public static SafetensorsWriter write(LatentCounts counts, ActivityLog activity) {
        SafetensorsWriter file =
                new SafetensorsWriter()
                        .metadata(DICTIONARY_SIZE, Integer.toString(counts.dictionarySize()))
                        .metadata(CONTEXTS, Integer.toString(counts.contexts()))
                        .metadata(TOKENS, Long.toString(counts.tokens()));
        int[] latents = active(counts);
        Columns.add(file, "latents", latents);
        writeTotals(file, counts, latents);
        writeHistograms(file, counts, latents);
        writeTop(file, counts.top(), latents);
        writeActivity(file, activity);
        return file;
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

    private static void writeTotals(SafetensorsWriter file, LatentCounts counts, int[] latents) {
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
        Columns.add(file, "firings", firings);
        Columns.add(file, "sums", sums);
        Columns.add(file, "smallest", smallest);
        Columns.add(file, "largest", largest);
        Columns.add(file, "active_contexts", contexts);
    }

    private static void writeHistograms(
            SafetensorsWriter file, LatentCounts counts, int[] latents) {
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
        Columns.add(file, "histogram.first", firsts.toArray());
        Columns.add(file, "histogram.end", ends.toArray());
        Columns.add(file, "histogram.counts", binCounts.toArray());
    }

    private static void writeTop(SafetensorsWriter file, TopContexts top, int[] latents) {
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
        Columns.add(file, "top.sizes", sizes.toArray());
        Columns.add(file, "top.contexts", contexts.toArray());
        Columns.add(file, "top.positions", positions.toArray());
        Columns.add(file, "top.values", values.toArray());
    }

    private static void writeActivity(SafetensorsWriter file, ActivityLog activity) {
        int[] latents = new int[activity.size()];
        int[] contexts = new int[activity.size()];
        for (int pair = 0; pair < latents.length; pair++) {
            latents[pair] = activity.latent(pair);
            contexts[pair] = activity.context(pair);
        }
        Columns.add(file, "activity.latents", latents);
        Columns.add(file, "activity.contexts", contexts);
    }

    /** Returns the counts of a part. */
    public static LatentCounts counts(TensorSource file) {
        LatentCounts counts =
                new LatentCounts(Integer.parseInt(file.metadata().get(DICTIONARY_SIZE)));
        counts.addTexts(
                Integer.parseInt(file.metadata().get(CONTEXTS)),
                Long.parseLong(file.metadata().get(TOKENS)));
        int[] latents = new int[Columns.ints(file, "latents").remaining()];
        Columns.ints(file, "latents").get(latents);
        readTotals(file, counts, latents);
        readHistograms(file, counts, latents);
        readTop(file, counts.top(), latents);
        return counts;
    }

    private static void readTotals(TensorSource file, LatentCounts counts, int[] latents) {
        LongBuffer firings = Columns.longs(file, "firings");
        DoubleBuffer sums = Columns.doubles(file, "sums");
        FloatBuffer smallest = Columns.floats(file, "smallest");
        FloatBuffer largest = Columns.floats(file, "largest");
        IntBuffer contexts = Columns.ints(file, "active_contexts");
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

    private static void readHistograms(TensorSource file, LatentCounts counts, int[] latents) {
        IntBuffer firsts = Columns.ints(file, "histogram.first");
        IntBuffer ends = Columns.ints(file, "histogram.end");
        IntBuffer binCounts = Columns.ints(file, "histogram.counts");
        for (int latent : latents) {
            int end = ends.get();
            for (int bin = firsts.get(); bin < end; bin++) {
                counts.histogram(latent).add(bin, binCounts.get());
            }
        }
    }

    private static void readTop(TensorSource file, TopContexts top, int[] latents) {
        IntBuffer sizes = Columns.ints(file, "top.sizes");
        IntBuffer contexts = Columns.ints(file, "top.contexts");
        IntBuffer positions = Columns.ints(file, "top.positions");
        FloatBuffer values = Columns.floats(file, "top.values");
        for (int latent : latents) {
            int size = sizes.get();
            for (int rank = 0; rank < size; rank++) {
                top.offer(latent, contexts.get(), positions.get(), values.get());
            }
        }
    }

    /** Returns in which contexts of a part latents are active. */
    public static ActivityLog activity(TensorSource file) {
        ActivityLog activity = new ActivityLog();
        IntBuffer latents = Columns.ints(file, "activity.latents");
        IntBuffer contexts = Columns.ints(file, "activity.contexts");
        while (latents.hasRemaining()) {
            activity.add(latents.get(), contexts.get());
        }
        return activity;
    }
}
