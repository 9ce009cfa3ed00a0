package org.lexicographer.trainer.memory;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The memory of this process, by what the operating system says. */
public final class ProcessMemory {

    private static final Path STATUS = Path.of("/proc/self/status");

    /** Pages that cannot be dropped, as those of files can, to make room. */
    private static final Pattern KEPT = Pattern.compile("(?m)^Rss(?:Anon|Shmem):\\s+(\\d+) kB$");

    private static final int KIBI = 1024;

    private ProcessMemory() {}

    /** Returns the memory of the container, or of the machine where there is none, in bytes. */
    public static long limit() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                .getTotalMemorySize();
    }

    /** Returns the bytes that the process has in use; empty where the system does not say. */
    public static OptionalLong used() {
        return used(STATUS);
    }

    static OptionalLong used(Path status) {
        try {
            Matcher kept = KEPT.matcher(Files.readString(status));
            long pages = kept.results().mapToLong(it -> Long.parseLong(it.group(1))).sum();
            return pages == 0 ? OptionalLong.empty() : OptionalLong.of(pages * KIBI);
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
