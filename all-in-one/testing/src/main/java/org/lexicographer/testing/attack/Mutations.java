package org.lexicographer.testing.attack;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Inputs that were cut, overwritten, stirred and put together from others; which ones depends on
 * the seed alone. Lengths and counts that lie find more than noise does, so numbers at the ends of
 * their ranges are written at every width and in both orders of bytes, and words that a format
 * knows in place of others.
 *
 * <p>The system property {@code lexicographer.mutations.seed} is added to every seed, so that the
 * same tests give other inputs.
 */
public final class Mutations implements Supplier<byte[]> {

    private static final long[] EXTREMES = {
        0,
        1,
        -1,
        127,
        128,
        255,
        256,
        32_767,
        65_535,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        0xffff_ffffL,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        1L << 40
    };
    private static final int[] WIDTHS = {1, 2, 4, 8};
    private static final int MAX_CHANGES = 4;
    private static final long OTHER_INPUTS = Long.getLong("lexicographer.mutations.seed", 0);

    private final SplittableRandom random;
    private final List<byte[]> originals;
    private final List<byte[]> words;

    /**
     * Creates mutations of inputs.
     *
     * @param seed the same seed gives the same mutations
     * @param originals right inputs, none of them empty
     * @param words what a format is made of: opcodes, keys, magic numbers
     */
    public Mutations(long seed, List<byte[]> originals, List<byte[]> words) {
        if (originals.isEmpty() || originals.stream().anyMatch(it -> it.length == 0)) {
            throw new IllegalArgumentException("an input to mutate is missing or empty");
        }
        this.random = random(seed);
        this.originals = List.copyOf(originals);
        this.words = List.copyOf(words);
    }

    /** Returns the random numbers of a seed. */
    public static SplittableRandom random(long seed) {
        return new SplittableRandom(seed + OTHER_INPUTS);
    }

    /** Returns the next input. */
    @Override
    public byte[] get() {
        byte[] bytes = any(originals).clone();
        int changes = 1 + random.nextInt(MAX_CHANGES);
        for (int i = 0; i < changes && bytes.length > 0; i++) {
            bytes = changed(bytes);
        }
        return bytes;
    }

    private byte[] changed(byte[] bytes) {
        return switch (random.nextInt(8)) {
            case 0, 1 -> overwritten(bytes, new byte[] {(byte) random.nextInt(256)});
            case 2, 3 -> overwritten(bytes, extreme());
            case 4 ->
                    words.isEmpty()
                            ? overwritten(bytes, extreme())
                            : overwritten(bytes, any(words));
            case 5 -> moved(bytes);
            case 6 -> spliced(bytes, any(originals));
            default -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
        };
    }

    private byte[] overwritten(byte[] bytes, byte[] with) {
        int length = Math.min(with.length, bytes.length);
        System.arraycopy(with, 0, bytes, random.nextInt(bytes.length - length + 1), length);
        return bytes;
    }

    /** A number at the end of a range, in a width and an order of bytes. */
    private byte[] extreme() {
        long number = EXTREMES[random.nextInt(EXTREMES.length)];
        int width = WIDTHS[random.nextInt(WIDTHS.length)];
        boolean littleEndian = random.nextBoolean();
        byte[] bytes = new byte[width];
        for (int i = 0; i < width; i++) {
            bytes[littleEndian ? i : width - 1 - i] = (byte) (number >>> (8 * i));
        }
        return bytes;
    }

    /** Copies a part of an input over another part of it. */
    private byte[] moved(byte[] bytes) {
        int from = random.nextInt(bytes.length);
        int length = random.nextInt(Math.min(64, bytes.length - from) + 1);
        System.arraycopy(bytes, from, bytes, random.nextInt(bytes.length - length + 1), length);
        return bytes;
    }

    /** The beginning of one input and the end of another one. */
    private byte[] spliced(byte[] beginning, byte[] end) {
        int kept = random.nextInt(beginning.length + 1);
        int from = random.nextInt(end.length);
        byte[] bytes = Arrays.copyOf(beginning, kept + end.length - from);
        System.arraycopy(end, from, bytes, kept, end.length - from);
        return bytes;
    }

    private byte[] any(List<byte[]> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
