package org.lexicographer.allinone.prepare;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.lexicographer.allinone.prepare.Programs.Program;
import org.lexicographer.allinone.process.Checkout;
import org.lexicographer.allinone.startcache.StartCaches;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the start caches of a checkout, unless those that are there fit. */
@Command(
        name = "./run prepare",
        sortOptions = false,
        description = {
            "Builds what is needed and makes the caches with which everything on this machine"
                    + " starts in less than half the time. Without it, demo and serve make them"
                    + " once they have nothing else to do."
        },
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "0:the caches are there",
            "1:they could not be made",
            "2:the command line is wrong"
        })
public final class Prepare implements Callable<Integer> {

    private static final Duration AT_MOST = Duration.ofMinutes(20);

    private final Checkout checkout;
    private final PrintStream out;

    @Option(
            names = Background.WITH_INPUT,
            hidden = true,
            description = "Gives up when the standard input ends.")
    private boolean withInput;

    @Option(names = "--help", usageHelp = true, description = "Print this.")
    private boolean help;

    Prepare(Checkout checkout, PrintStream out) {
        this.checkout = checkout;
        this.out = out;
    }

    /** Prepares; the command's help says how it ends. */
    public static void main(String[] arguments) {
        Prepare prepare = new Prepare(Checkout.here(), System.out);
        System.exit(new CommandLine(prepare).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        Path folder = checkout.home().resolve(StartCaches.FOLDER);
        if (allFit(new StartCaches.Used(folder))) {
            out.println("everything starts from caches already: " + folder);
            return 0;
        }
        long start = System.nanoTime();
        out.println("starting everything once, to record what it takes ...");
        try {
            rehearse(folder);
            StartCaches.Made made = new StartCaches.Made(folder);
            for (Program program : Programs.of(checkout)) {
                made.keep(program.name(), program.options(), program.jar());
            }
        } catch (UncheckedIOException | IllegalStateException e) {
            System.err.println("error: " + e.getMessage());
            return 1;
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
        out.printf("caches made in %d s: %s%n", seconds, folder);
        return 0;
    }

    private boolean allFit(StartCaches.Used caches) {
        return Programs.of(checkout).stream()
                .allMatch(it -> caches.fits(it.name(), it.options(), it.jar()));
    }

    private void rehearse(Path folder) throws InterruptedException {
        Path log = folder.resolve("rehearsal.log");
        Process rehearsal = start(folder, log);
        Thread killer = new Thread(() -> kill(rehearsal), "kill-rehearsal");
        Runtime.getRuntime().addShutdownHook(killer);
        if (withInput) {
            Thread.ofPlatform().daemon().name("input").start(Prepare::exitWithInput);
        }
        boolean ended = rehearsal.waitFor(AT_MOST.toSeconds(), TimeUnit.SECONDS);
        if (!ended) {
            kill(rehearsal);
        }
        Runtime.getRuntime().removeShutdownHook(killer);
        if (!ended || rehearsal.exitValue() != 0) {
            throw new IllegalStateException("the rehearsal failed: log=" + log);
        }
    }

    private Process start(Path folder, Path log) {
        Path jar = Programs.jar(checkout.home());
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Programs.ownOptions());
        StartCaches made = new StartCaches.Made(folder);
        command.addAll(made.options(Programs.LAUNCHER, Programs.ownOptions(), jar));
        command.addAll(List.of("-cp", jar.toString(), Rehearsal.class.getName()));
        command.add(checkout.home().toString());
        command.add(folder.toString());
        command.add(folder.resolve("rehearsal").toString());
        try {
            Files.createDirectories(folder);
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("rehearsal cannot be started: log=" + log, e);
        }
    }

    /** In good order its JVMs would work on their caches for a while. */
    private static void kill(Process rehearsal) {
        rehearsal.descendants().forEach(ProcessHandle::destroyForcibly);
        rehearsal.destroyForcibly();
    }

    private static void exitWithInput() {
        try {
            while (System.in.read() >= 0) {
                // Nobody is expected to write anything.
            }
        } catch (IOException gone) {
            // As good as its end.
        }
        System.exit(1);
    }
}
