package org.lexicographer.allinone.process;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.logging.LogManager;

/** Sends what this process logs, broker and S3 server included, to a file. */
public final class LauncherLog {

    private static final String SETTINGS =
            """
            .level=INFO
            handlers=java.util.logging.FileHandler
            java.util.logging.FileHandler.pattern=%s
            java.util.logging.FileHandler.limit=0
            java.util.logging.FileHandler.formatter=java.util.logging.SimpleFormatter
            java.util.logging.SimpleFormatter.format=%%1$tF %%1$tT.%%1$tL %%4$s %%3$s: %%5$s%%6$s%%n
            """;

    private LauncherLog() {}

    /** Logs to the file from now on, and to the terminal no more. */
    public static void to(Path file) {
        byte[] settings = SETTINGS.formatted(pattern(file)).getBytes(StandardCharsets.ISO_8859_1);
        try {
            LogManager.getLogManager().readConfiguration(new ByteArrayInputStream(settings));
        } catch (IOException e) {
            throw new UncheckedIOException("log cannot be written: log=" + file, e);
        }
    }

    /** A file handler takes % for a variable; properties have escapes of their own. */
    private static String pattern(Path file) {
        StringBuilder pattern = new StringBuilder();
        file.toString()
                .replace("%", "%%")
                .chars()
                .forEach(c -> pattern.append("\\u%04x".formatted(c)));
        return pattern.toString();
    }
}
