package org.lexicographer.benchmark;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * Refuses numbers that are out of range as the command line's other errors are refused: before
 * anything is measured, with a message and exit status 2.
 *
 * @param command whose options they are
 */
record OptionRange(CommandSpec command) {

    /** Refuses fewer; an option that was not given is in range. */
    void atLeast(String option, int least, Integer found) {
        if (found != null && found < least) {
            throw refused(option, least + " or more", found);
        }
    }

    /** Refuses fewer and more; an option that was not given is in range. */
    void between(String option, int least, int most, Integer found) {
        if (found != null && (found < least || found > most)) {
            throw refused(option, "%d to %d".formatted(least, most), found);
        }
    }

    /** Refuses two factors whose product is not the size of one array. */
    void arraySize(String options, int one, int other) {
        long found = (long) one * other;
        if (found > Integer.MAX_VALUE) {
            throw refused(options, "at most " + Integer.MAX_VALUE, found);
        }
    }

    private ParameterException refused(String option, String expected, long found) {
        return refused("%s out of range: expected=%s, found=%d".formatted(option, expected, found));
    }

    ParameterException refused(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
