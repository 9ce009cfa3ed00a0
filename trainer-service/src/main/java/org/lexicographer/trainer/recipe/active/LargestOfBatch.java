package org.lexicographer.trainer.recipe.active;

import java.util.Arrays;
import org.lexicographer.kernel.Rows;
import org.lexicographer.kernel.Workers;

/**
 * Selects the k B largest positive pre-activations of a whole batch. NaN is larger than all; of
 * equal ones the earlier is kept, by row and then by latent.
 *
 * <p>The tiles that are done say together below which value none can be among the largest any more,
 * and what is below is dropped from then on. How much is dropped early depends on the order in
 * which tiles are done; what is left in the end does not.
 */
final class LargestOfBatch implements LargestLatents {

    /** Values are counted by exponent and the first bits of the mantissa. */
    private static final int BUCKET_SHIFT = 19;

    private static final int BUCKETS = 1 << (Integer.SIZE - BUCKET_SHIFT - 1);

    private final Workers workers;
    private final Rows bias;
    private final NthLargest nthLargest = new NthLargest();
    private final int[] buckets = new int[BUCKETS];
    private int[] equal = new int[0];
    private float[] candidates = new float[0];
    private ActiveLatents active;
    private int limit;
    private volatile float threshold;

    LargestOfBatch(Workers workers, Rows bias) {
        this.workers = workers;
        this.bias = bias;
    }

    @Override
    public void begin(ActiveLatents batch, int latentsPerRow) {
        active = batch;
        limit = (int) Math.min((long) batch.rows() * latentsPerRow, Integer.MAX_VALUE / 2);
        Arrays.fill(buckets, 0);
        threshold = 0;
        if (equal.length < active.tiles()) {
            equal = new int[active.tiles()];
        }
    }

    @Override
    public void take(Products block) {
        ActiveTile tile = active.tile(block.tile());
        float above = threshold;
        for (int row = 0; row < block.rows(); row++) {
            PreActivations.addAbove(block, row, bias, above, tile);
        }
    }

    @Override
    public void endTile(int number) {
        ActiveTile tile = active.tile(number);
        float[] values = tile.values();
        synchronized (buckets) {
            for (int row = 0; row < tile.rows(); row++) {
                for (int n = tile.start(row); n < tile.end(row); n++) {
                    buckets[NthLargest.key(values[n]) >>> BUCKET_SHIFT]++;
                }
            }
            threshold = belowLargest();
        }
    }

    /** Returns a number that is less than all that can still be among the largest. */
    private float belowLargest() {
        int bucket = BUCKETS;
        long count = 0;
        while (bucket > 0 && count < limit) {
            count += buckets[--bucket];
        }
        // Not a number is above infinity here, and below nothing.
        int edge = Math.min(bucket << BUCKET_SHIFT, Float.floatToIntBits(Float.POSITIVE_INFINITY));
        return bucket == 0 ? 0 : Math.nextDown(Float.intBitsToFloat(edge));
    }

    @Override
    public void end() {
        int dropped = NthLargest.key(threshold);
        workers.run(active.tiles(), (number, worker) -> keepAbove(number, dropped, 0));
        int count = Math.toIntExact(active.count());
        if (count > limit) {
            gather(count);
            int last = nthLargest.key(candidates, 0, count, limit);
            shareEqual(last, limit - NthLargest.countAbove(last, candidates, 0, count));
            workers.run(active.tiles(), (number, worker) -> keepAbove(number, last, equal[number]));
        }
    }

    private void gather(int count) {
        if (candidates.length < count) {
            candidates = new float[Math.max(count, 2 * candidates.length)];
        }
        int to = 0;
        for (int number = 0; number < active.tiles(); number++) {
            ActiveTile tile = active.tile(number);
            for (int row = 0; row < tile.rows(); row++) {
                int size = tile.end(row) - tile.start(row);
                System.arraycopy(tile.values(), tile.start(row), candidates, to, size);
                to += size;
            }
        }
    }

    /** Sets how many of those that are equal to the last one each tile keeps: the first ones. */
    private void shareEqual(int last, int toKeep) {
        int left = toKeep;
        for (int number = 0; number < active.tiles(); number++) {
            equal[number] = Math.min(left, active.tile(number).countEqual(last));
            left -= equal[number];
        }
    }

    private void keepAbove(int number, int key, int equalToKeep) {
        ActiveTile tile = active.tile(number);
        int left = equalToKeep;
        for (int row = 0; row < tile.rows(); row++) {
            left -= tile.keepAbove(row, key, left);
        }
    }
}
