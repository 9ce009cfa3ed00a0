package org.lexicographer.allinone.run;

import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/** Shows progress: redrawn in place on a terminal, now and then a line anywhere else. */
public sealed interface ProgressDisplay {

    /** Shows the present state instead of the last one. */
    void show(String summary, List<String> details);

    /** Leaves the last state standing; whatever is printed next comes below it. */
    void end();

    /** Returns the display that suits where the output goes. */
    static ProgressDisplay of(PrintStream out, boolean isTerminal) {
        return isTerminal ? new Redrawn(out) : new Lines(out);
    }

    /** Tells whether the standard output is a terminal that understands redrawing. */
    static boolean isTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal() && !"dumb".equals(System.getenv("TERM"));
    }

    /** Redraws in place. Lines that are too long are cut off by the terminal. */
    final class Redrawn implements ProgressDisplay {

        private static final String NO_WRAP = "\033[?7l";
        private static final String WRAP = "\033[?7h";
        private static final String CLEAR_LINE = "\033[K";
        private static final String CLEAR_BELOW = "\033[J";

        private final PrintStream out;
        private int linesShown;

        Redrawn(PrintStream out) {
            this.out = out;
        }

        @Override
        public void show(String summary, List<String> details) {
            StringBuilder frame = new StringBuilder(NO_WRAP);
            if (linesShown > 0) {
                frame.append("\033[").append(linesShown).append('A');
            }
            frame.append('\r').append(summary).append(CLEAR_LINE).append('\n');
            details.forEach(line -> frame.append(line).append(CLEAR_LINE).append('\n'));
            out.print(frame.append(CLEAR_BELOW).append(WRAP));
            out.flush();
            linesShown = details.size() + 1;
        }

        @Override
        public void end() {
            linesShown = 0;
        }
    }

    /** Prints the summary every few seconds, and the details less often. */
    final class Lines implements ProgressDisplay {

        private static final long NANOS_BETWEEN_LINES = Duration.ofSeconds(5).toNanos();
        private static final int LINES_PER_DETAILS = 6;

        private final PrintStream out;
        private long nextLine = System.nanoTime();
        private int lines;

        Lines(PrintStream out) {
            this.out = out;
        }

        @Override
        public void show(String summary, List<String> details) {
            if (System.nanoTime() - nextLine < 0) {
                return;
            }
            nextLine = System.nanoTime() + NANOS_BETWEEN_LINES;
            out.println(summary);
            if (++lines % LINES_PER_DETAILS == 0) {
                details.forEach(out::println);
            }
        }

        @Override
        public void end() {
            nextLine = System.nanoTime();
        }
    }
}
