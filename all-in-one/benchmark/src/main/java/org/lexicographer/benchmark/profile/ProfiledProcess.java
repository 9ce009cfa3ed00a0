package org.lexicographer.benchmark.profile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A Java process whose processor time is recorded from now on, by asking its flight recorder. */
public final class ProfiledProcess {

    private static final String NAME = "name=pipe";

    private final long pid;
    private final Duration before;

    private ProfiledProcess(long pid, Duration before) {
        this.pid = pid;
        this.before = before;
    }

    /**
     * Begins to record.
     *
     * @throws IllegalStateException when the process has no flight recorder that takes samples by
     *     processor time, as on systems other than Linux
     */
    public static ProfiledProcess start(long pid) {
        ProfiledProcess process = new ProfiledProcess(pid, cpu(pid));
        process.ask(
                "JFR.start",
                NAME,
                "settings=none",
                "+" + CpuProfile.SAMPLE + "#enabled=true",
                "+" + CpuProfile.SAMPLE + "#throttle=10ms");
        return process;
    }

    /** Returns the processor time of the whole process since recording began. */
    public Duration cpu() {
        return cpu(pid).minus(before);
    }

    private static Duration cpu(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .orElseThrow(() -> new IllegalStateException("process has ended: pid=" + pid));
    }

    /** Ends recording, and returns what it has found. */
    public CpuProfile stop(Path file) {
        ask("JFR.stop", NAME, "filename=" + file.toAbsolutePath());
        return CpuProfile.read(file);
    }

    private void ask(String... what) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
        command.add(Long.toString(pid));
        command.addAll(List.of(what));
        try {
            Process asked = new ProcessBuilder(command).redirectErrorStream(true).start();
            String answer = new String(asked.getInputStream().readAllBytes());
            if (asked.waitFor() != 0) {
                throw new IllegalStateException(
                        "flight recorder does not answer: command=%s, answer=%s"
                                .formatted(command, answer));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("jcmd cannot be run: command=" + command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted: command=" + command, e);
        }
    }
}
