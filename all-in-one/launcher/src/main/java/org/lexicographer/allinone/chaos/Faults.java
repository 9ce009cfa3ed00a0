package org.lexicographer.allinone.chaos;

import static java.util.Objects.requireNonNull;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.lexicographer.allinone.machine.SmallDisk;
import org.lexicographer.allinone.network.FaultyLink;
import org.lexicographer.allinone.network.NetworkFault;
import org.lexicographer.allinone.process.KillableProcess;
import org.lexicographer.allinone.process.Server;
import org.lexicographer.allinone.process.ServerProcess;
import org.lexicographer.allinone.system.KillableSystem;

/** Makes faults in a system, and takes them away again. */
final class Faults {

    private static final int BROKERS_AWAY = 2;

    private final KillableSystem system;
    private final Disks disks;
    private final PrintStream out;

    Faults(KillableSystem system, Disks disks, PrintStream out) {
        this.system = requireNonNull(system, "system is null");
        this.disks = requireNonNull(disks, "disks is null");
        this.out = requireNonNull(out, "out is null");
    }

    /**
     * Makes a fault.
     *
     * @return takes it away
     */
    Runnable make(Fault fault, SplittableRandom random) {
        return switch (fault) {
            case DELAY, CUT, HALF_OPEN, LOST_ANSWER, DUPLICATE -> disturb(fault, random);
            case FULL_LOG, FULL_SCRATCH -> fill(fault);
            case BROKERS_DOWN -> takeBrokersAway(random);
            case LOST_SEGMENT -> loseSegment(random);
        };
    }

    private Runnable disturb(Fault fault, SplittableRandom random) {
        NetworkFault network = fault.network().orElseThrow();
        List<FaultyLink> links = new ArrayList<>(system.links(Server.Kind.OBJECT_STORE));
        // Brokers are not asked by HTTP, and nothing between them and a client asks twice.
        if (fault != Fault.DUPLICATE) {
            links.addAll(system.links(Server.Kind.BROKER));
        }
        FaultyLink link = links.get(random.nextInt(links.size()));
        out.printf("  %s between services and %s%n", fault, link.name());
        link.put(network);
        return link::clear;
    }

    private Runnable fill(Fault fault) {
        out.printf("  %s%n", fault);
        SmallDisk disk = disks.disk(fault);
        disk.fill();
        return () -> {
            disk.makeRoom();
            startWhatHasEnded();
        };
    }

    /** A process that could not go on without room has ended, and whoever runs it starts it. */
    private void startWhatHasEnded() {
        for (KillableProcess process : system.processes()) {
            if (!process.isRunning()) {
                out.printf("  %s had ended and is started%n", process.name());
                process.start();
            }
        }
    }

    private Runnable takeBrokersAway(SplittableRandom random) {
        List<ServerProcess> brokers = new ArrayList<>(system.servers(Server.Kind.BROKER));
        Collections.rotate(brokers, random.nextInt(brokers.size()));
        List<ServerProcess> away = brokers.subList(0, BROKERS_AWAY);
        out.printf("  brokers-down: %s%n", away.stream().map(ServerProcess::name).toList());
        away.forEach(ServerProcess::kill);
        return () -> away.forEach(ServerProcess::start);
    }

    private Runnable loseSegment(SplittableRandom random) {
        List<ServerProcess> brokers = system.servers(Server.Kind.BROKER);
        brokers.forEach(ServerProcess::kill);
        List<Path> logs = brokers.stream().map(broker -> broker.folder().resolve("log")).toList();
        String lost = LostSegment.take(logs, random).orElse("none, as there is none");
        out.printf("  lost-segment: %s%n", lost);
        brokers.forEach(ServerProcess::start);
        return () -> {};
    }
}
