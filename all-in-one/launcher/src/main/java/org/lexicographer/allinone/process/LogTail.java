package org.lexicographer.allinone.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** The last lines of a log file. */
public final class LogTail {

    private static final int LINES = 25;

    private LogTail() {}

    /** Returns the last lines; empty when there is no such file. */
    static String of(Path log) {
        try {
            String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
            List<String> lines = text.lines().toList();
            return String.join(
                    "\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
        } catch (NoSuchFileException nothingLogged) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException("log cannot be read: log=" + log, e);
        }
    }
}
