package org.lexicographer.testing.attack;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Inputs that are almost right, given to a reader. Each must be read, or refused with an exception
 * that the reader documents, within bounded memory; anything else fails with the input in the
 * message.
 *
 * <p>How many there are is the system property {@code lexicographer.mutations}, for each reader.
 *
 * @param name what is read, for messages
 * @param refusals the exceptions that say an input is bad
 * @param allocatedBytes how many bytes of heap the reading of one input may allocate in all, on
 *     whatever threads: far more than any of the originals takes, far less than a length in it can
 *     ask for
 */
public record Attack(String name, Set<Class<? extends Exception>> refusals, long allocatedBytes) {

    /** How many inputs each reader is given. */
    public static final int INPUTS = Integer.getInteger("lexicographer.mutations", 2_000);

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int SHOWN_BYTES = 4_096;

    /** What reads an input. */
    @FunctionalInterface
    public interface Reader {

        /** Reads all of an input. */
        void read(byte[] input) throws Exception;
    }

    /**
     * What came of the inputs.
     *
     * @param read how many were read to their end
     * @param refused how many were refused
     */
    public record Outcome(int read, int refused) {}

    /**
     * Attacks with {@link #INPUTS} inputs.
     *
     * @throws AssertionError when an input does anything else than being read or refused
     */
    public Outcome on(Reader reader, Supplier<byte[]> mutations) {
        int refused = 0;
        for (int i = 0; i < INPUTS; i++) {
            byte[] input = mutations.get();
            long before = THREADS.getTotalThreadAllocatedBytes();
            refused += isRefused(reader, input, i) ? 1 : 0;
            long allocated = THREADS.getTotalThreadAllocatedBytes() - before;
            if (allocated > allocatedBytes) {
                throw failure(
                        "takes too much memory: most=%d bytes, found=%d"
                                .formatted(allocatedBytes, allocated),
                        input,
                        i,
                        null);
            }
        }
        return new Outcome(INPUTS - refused, refused);
    }

    private boolean isRefused(Reader reader, byte[] input, int number) {
        try {
            reader.read(input);
            return false;
        } catch (Exception | StackOverflowError | AssertionError | LinkageError found) {
            if (refusals.stream().anyMatch(refusal -> refusal.isInstance(found))) {
                return true;
            }
            throw failure("is neither read nor refused", input, number, found);
        }
    }

    private AssertionError failure(String what, byte[] input, int number, Throwable cause) {
        int shown = Math.min(input.length, SHOWN_BYTES);
        return new AssertionError(
                "%s: input %d %s: %d bytes, the first %d of them: %s"
                        .formatted(
                                name,
                                number,
                                what,
                                input.length,
                                shown,
                                HexFormat.of().formatHex(input, 0, shown)),
                cause);
    }
}
