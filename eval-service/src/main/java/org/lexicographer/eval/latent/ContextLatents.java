package org.lexicographer.eval.latent;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.lexicographer.eval.metric.SparseRows;

/**
 * The active latents of one context, latent by latent: for each, the positions at which it is
 * active, rising, and its values there. Reused from context to context, by one thread.
 */
public final class ContextLatents {

    private final int[] counts; // (F), of the present context
    private int number;
    private int tokens;
    private int[] latents = {};
    private int[] starts = {0};
    private int[] positions = {};
    private float[] values = {};
    private int active;

    /**
     * Starts with an empty context.
     *
     * @param dictionarySize the number of latents, F
     */
    public ContextLatents(int dictionarySize) {
        this.counts = new int[dictionarySize];
    }

    /**
     * Takes the next context.
     *
     * @param context its number
     * @param rows the active latents of all its tokens
     * @param counted of each token, whether it counts: special tokens may not
     * @throws IllegalArgumentException when a value is negative or not finite
     */
    public void set(int context, SparseRows rows, boolean[] counted) {
        number = context;
        tokens = 0;
        active = 0;
        latents = withRoomFor(latents, Math.min(counts.length, rows.count()));
        starts = withRoomFor(starts, latents.length + 1);
        positions = withRoomFor(positions, rows.count());
        values = values.length < rows.count() ? new float[rows.count()] : values;
        for (int token = 0; token < rows.rows(); token++) {
            if (counted[token]) {
                tokens++;
                count(rows, token);
            }
        }
        Arrays.sort(latents, 0, active);
        place(rows, counted);
    }

    private static int[] withRoomFor(int[] array, int count) {
        return array.length < count ? new int[count] : array;
    }

    private void count(SparseRows rows, int token) {
        for (int i = rows.starts()[token]; i < rows.starts()[token + 1]; i++) {
            int latent = rows.latents()[i];
            check(rows.values()[i], latent, token);
            if (counts[latent]++ == 0) {
                latents[active++] = latent;
            }
        }
    }

    private void check(float value, int latent, int token) {
        if (!(value > 0) || value == Float.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(
                    "active latent not positive and finite: found=%s, latent=%d, context=%d, position=%d"
                            .formatted(value, latent, number, token));
        }
    }

    /** Turns counts into places, puts every entry in its place, and leaves counts at 0. */
    private void place(SparseRows rows, boolean[] counted) {
        starts[0] = 0;
        for (int i = 0; i < active; i++) {
            starts[i + 1] = starts[i] + counts[latents[i]];
            counts[latents[i]] = starts[i];
        }
        for (int token = 0; token < rows.rows(); token++) {
            if (counted[token]) {
                for (int i = rows.starts()[token]; i < rows.starts()[token + 1]; i++) {
                    int at = counts[rows.latents()[i]]++;
                    positions[at] = token;
                    values[at] = rows.values()[i];
                }
            }
        }
        for (int i = 0; i < active; i++) {
            counts[latents[i]] = 0;
        }
    }

    /** Returns how many bytes {@link #write} adds. */
    public int bytes() {
        return Integer.BYTES * (4 + 2 * active + 2 * entries());
    }

    /** Adds the context to a buffer, for {@link #read}. */
    public void write(ByteBuffer out) {
        out.putInt(number).putInt(tokens).putInt(active).putInt(entries());
        putInts(out, latents, 0, active);
        putInts(out, starts, 1, active);
        putInts(out, positions, 0, entries());
        out.asFloatBuffer().put(values, 0, entries());
        out.position(out.position() + Float.BYTES * entries());
    }

    private static void putInts(ByteBuffer out, int[] array, int first, int count) {
        out.asIntBuffer().put(array, first, count);
        out.position(out.position() + Integer.BYTES * count);
    }

    /** Takes the next context as it was written. */
    public void read(ByteBuffer in) {
        number = in.getInt();
        tokens = in.getInt();
        active = in.getInt();
        int entries = in.getInt();
        latents = withRoomFor(latents, active);
        starts = withRoomFor(starts, active + 1);
        positions = withRoomFor(positions, entries);
        values = values.length < entries ? new float[entries] : values;
        getInts(in, latents, 0, active);
        getInts(in, starts, 1, active);
        getInts(in, positions, 0, entries);
        in.asFloatBuffer().get(values, 0, entries);
        in.position(in.position() + Float.BYTES * entries);
    }

    private static void getInts(ByteBuffer in, int[] array, int first, int count) {
        in.asIntBuffer().get(array, first, count);
        in.position(in.position() + Integer.BYTES * count);
    }

    /** Returns the context's number. */
    public int number() {
        return number;
    }

    /** Returns how many of its tokens count. */
    public int tokens() {
        return tokens;
    }

    /** Returns how many latents are active in it. */
    public int active() {
        return active;
    }

    /** Returns the latent at a place among the active ones, which rise. */
    public int latent(int place) {
        return latents[place];
    }

    /** Returns where the entries of the latent at a place begin. */
    public int start(int place) {
        return starts[place];
    }

    /** Returns where they end. */
    public int end(int place) {
        return starts[place + 1];
    }

    /** Returns how many entries there are, of all latents together. */
    public int entries() {
        return starts[active];
    }

    /** Returns the position of an entry in the context. */
    public int position(int entry) {
        return positions[entry];
    }

    /** Returns the value of an entry. */
    public float value(int entry) {
        return values[entry];
    }

    /** Returns the entry with the largest value of the latent at a place, the first of several. */
    public int largest(int place) {
        int largest = starts[place];
        for (int entry = largest + 1; entry < starts[place + 1]; entry++) {
            if (values[entry] > values[largest]) {
                largest = entry;
            }
        }
        return largest;
    }
}
