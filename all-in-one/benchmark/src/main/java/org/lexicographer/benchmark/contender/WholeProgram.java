package org.lexicographer.benchmark.contender;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A program that is timed from its start to the table that it prints. */
public final class WholeProgram {

    /** What a line of a table begins with. */
    private static final String TABLE = "|";

    private static final double NANOS = 1e9;

    private WholeProgram() {}

    /**
     * Runs a program to its end.
     *
     * @param environment what it finds there beside this process's own
     * @param err where its lines before the table are shown
     * @return the seconds until the first line of its table
     * @throws ContenderException when it prints none, or fails
     */
    public static double secondsToTable(
            List<String> command, Map<String, String> environment, PrintStream err) {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        long start = System.nanoTime();
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            double seconds = Double.NaN;
            try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (Double.isNaN(seconds) && line.startsWith(TABLE)) {
                        seconds = (System.nanoTime() - start) / NANOS;
                    }
                    err.println("  " + line);
                }
            }
            int status = process.waitFor();
            if (status != 0 || Double.isNaN(seconds)) {
                throw new ContenderException(
                        "no table: program=%s, exit status=%d".formatted(command, status));
            }
            return seconds;
        } catch (IOException e) {
            throw new UncheckedIOException("program cannot be run: " + command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ContenderException("interrupted while a program was timed", e);
        }
    }
}
