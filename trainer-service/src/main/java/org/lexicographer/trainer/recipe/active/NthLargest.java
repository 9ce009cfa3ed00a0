package org.lexicographer.trainer.recipe.active;

/**
 * Finds the n-th largest of positive numbers without sorting them: Hoare's FIND (Communications of
 * the ACM 4, 1961) with the median of three as pivot. What it finds does not depend on its pivots.
 */
final class NthLargest {

    private int[] keys = new int[0];

    /** Returns a key that rises with a positive value; that of NaN is the largest. */
    static int key(float value) {
        return Float.floatToIntBits(value);
    }

    /** Returns how many of the entries have a larger key. */
    static int countAbove(int key, float[] values, int from, int to) {
        int above = 0;
        for (int i = from; i < to; i++) {
            above += key(values[i]) > key ? 1 : 0;
        }
        return above;
    }

    /** Returns the key of the n-th largest of the entries, n from 1. */
    int key(float[] values, int from, int to, int n) {
        int size = to - from;
        if (keys.length < size) {
            keys = new int[Math.max(size, 2 * keys.length)];
        }
        for (int i = 0; i < size; i++) {
            keys[i] = key(values[from + i]);
        }
        int target = n - 1;
        int low = 0;
        int high = size - 1;
        while (low < high) {
            int middle = median(keys[low], keys[(low + high) >>> 1], keys[high]);
            int i = low;
            int j = high;
            while (i <= j) {
                while (keys[i] > middle) {
                    i++;
                }
                while (keys[j] < middle) {
                    j--;
                }
                if (i <= j) {
                    int swapped = keys[i];
                    keys[i++] = keys[j];
                    keys[j--] = swapped;
                }
            }
            // Between j and i all are equal to the pivot.
            if (target <= j) {
                high = j;
            } else if (target >= i) {
                low = i;
            } else {
                break;
            }
        }
        return keys[target];
    }

    private static int median(int a, int b, int c) {
        return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    }
}
