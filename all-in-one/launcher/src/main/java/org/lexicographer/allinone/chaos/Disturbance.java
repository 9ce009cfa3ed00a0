package org.lexicographer.allinone.chaos;

import static java.util.Objects.requireNonNull;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.lexicographer.allinone.process.KillableProcess;
import org.lexicographer.allinone.process.Server;
import org.lexicographer.allinone.system.KillableSystem;

/**
 * Kills processes and makes faults at random moments, in rounds: each may have a kill, and a fault
 * that lasts over it and longer.
 */
final class Disturbance {

    private static final int LONGEST_DELAY_MILLIS = 4_000;
    private static final int LONGEST_DOWN_TIME_MILLIS = 1_500;
    private static final int LONGEST_FAULT_MILLIS = 8_000;

    private final ChaosOptions options;
    private final KillableSystem system;
    private final Faults faults;
    private final PrintStream out;
    private final SplittableRandom random;

    /** Drawn from apart, so that the same kills come with faults and without. */
    private final SplittableRandom randomOfFaults;

    private final Map<String, Integer> killed = new TreeMap<>();
    private final Map<String, Integer> made = new TreeMap<>();

    Disturbance(ChaosOptions options, KillableSystem system, Faults faults, PrintStream out) {
        this.options = requireNonNull(options, "options is null");
        this.system = requireNonNull(system, "system is null");
        this.faults = requireNonNull(faults, "faults is null");
        this.out = requireNonNull(out, "out is null");
        random = new SplittableRandom(options.seed());
        randomOfFaults = new SplittableRandom(~options.seed());
    }

    /** Returns how often each process was killed. */
    Map<String, Integer> killed() {
        return killed;
    }

    /** Returns how often each fault was made. */
    Map<String, Integer> made() {
        return made;
    }

    /** Disturbs once; everything runs again afterwards, or starts. */
    void round(int number) {
        if (number == options.rounds() / 3) {
            takeAway(Server.Kind.OBJECT_STORE);
        } else if (number == 2 * options.rounds() / 3) {
            takeAway(Server.Kind.BROKER);
        }
        Runnable mend = makeFault(number);
        pause(random, LONGEST_DELAY_MILLIS);
        if (number < options.kills()) {
            kill(number);
        }
        mend.run();
        // Half of the kills may hit what is still starting; if all did, no work would be done.
        if (number % 2 == 1) {
            system.awaitReady();
        }
    }

    /** Each fault in turn. */
    private Runnable makeFault(int number) {
        List<Fault> all = options.faults();
        if (all.isEmpty()) {
            return () -> {};
        }
        Fault fault = all.get(number % all.size());
        Runnable mend = faults.make(fault, randomOfFaults);
        made.merge(fault.text(), 1, Integer::sum);
        return () -> {
            pause(randomOfFaults, LONGEST_FAULT_MILLIS);
            mend.run();
        };
    }

    private void kill(int number) {
        List<KillableProcess> processes =
                system.processes().stream().filter(KillableProcess::isRunning).toList();
        KillableProcess process = processes.get(random.nextInt(processes.size()));
        out.printf("  kill %d of %d: %s%n", number + 1, options.kills(), process.name());
        process.kill();
        pause(random, LONGEST_DOWN_TIME_MILLIS);
        process.start();
        killed.merge(process.name(), 1, Integer::sum);
    }

    /** Kills the servers of a kind and leaves them away for as long as was asked for. */
    private void takeAway(Server.Kind kind) {
        if (options.outageSeconds() == 0) {
            return;
        }
        out.printf("  %s away for %d s%n", kind.text(), options.outageSeconds());
        system.servers(kind).forEach(KillableProcess::kill);
        LockSupport.parkNanos(Duration.ofSeconds(options.outageSeconds()).toNanos());
        system.servers(kind).forEach(KillableProcess::start);
    }

    private static void pause(SplittableRandom random, int atMostMillis) {
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(atMostMillis)).toNanos());
    }
}
