package org.lexicographer.allinone.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How a process yields to others when more work is there than processors. */
public enum Priority {
    /** Yields to nobody. */
    USUAL(0),
    /** Gets a third of what one of usual priority gets. */
    LOW(5),
    /** Gets a tenth of it. */
    LOWER(10),
    /** Takes what nobody else wants. */
    LOWEST(19);

    private static final Path NICE = Path.of("/usr/bin/nice");

    private final int niceness;

    Priority(int niceness) {
        this.niceness = niceness;
    }

    /**
     * Returns what stands before a command that is to run so: nothing where there is no such
     * program.
     */
    public List<String> prefix() {
        return this == USUAL || !Files.isExecutable(NICE)
                ? List.of()
                : List.of(NICE.toString(), "-n", Integer.toString(niceness));
    }
}
