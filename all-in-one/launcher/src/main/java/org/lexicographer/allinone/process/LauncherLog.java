package org.lexicographer.allinone.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.logging.FileHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Sends what this process logs, broker and S3 server included, to a file. */
public final class LauncherLog {

    private static final String FORMAT = "java.util.logging.SimpleFormatter.format";
    private static final String LINE = "%1$tF %1$tT.%1$tL %4$s %3$s: %5$s%6$s%n";

    private LauncherLog() {}

    /** Logs to the file from now on, and to the terminal no more. */
    public static void to(Path file) {
        System.setProperty(FORMAT, LINE);
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        root.setLevel(Level.INFO);
        root.addHandler(handler(file));
    }

    private static Handler handler(Path file) {
        try {
            Handler handler = new FileHandler(file.toString().replace("%", "%%"), false);
            handler.setFormatter(new SimpleFormatter());
            return handler;
        } catch (IOException e) {
            throw new UncheckedIOException("log cannot be written: log=" + file, e);
        }
    }
}
