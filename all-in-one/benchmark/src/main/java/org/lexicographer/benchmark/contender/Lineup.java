package org.lexicographer.benchmark.contender;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.lexicographer.benchmark.measure.Comparison;
import org.lexicographer.benchmark.measure.Contender;
import org.lexicographer.benchmark.measure.Rounds;
import org.lexicographer.benchmark.work.Place;
import org.lexicographer.benchmark.work.Task;
import org.lexicographer.benchmark.work.Work;

/**
 * Contenders that are timed together. A peer works once before anything is timed, this project's
 * side for some seconds: its code is compiled while it runs.
 */
public final class Lineup implements AutoCloseable {

    private static final double COMPILED_AFTER_MS = 3_000;
    private static final int COMPILED_AFTER = 100;

    private final Contenders contenders;
    private final List<Assigned> all = new ArrayList<>();

    Lineup(Contenders contenders) {
        this.contenders = contenders;
    }

    /**
     * Adds this project's side.
     *
     * @param suffix what its name ends in
     * @return the contender's name
     */
    public String own(Work work, String suffix) {
        ContenderProcess program = contenders.own(work);
        boolean works = false;
        try {
            String name = program.assign(work) + suffix;
            Assigned own = new Assigned(name, work.place(), program, program::close);
            warm(own);
            works = true;
            all.add(own);
            return own.name();
        } finally {
            if (!works) {
                program.close();
            }
        }
    }

    private static void warm(Contender own) {
        double worked = 0;
        for (int n = 0; n < COMPILED_AFTER && worked < COMPILED_AFTER_MS; n++) {
            worked += own.milliseconds();
        }
    }

    /**
     * Adds a peer; where it cannot do the work nobody, and it is said why.
     *
     * @param script its file's name
     * @param suffix what its name ends in
     * @return the contender's name
     */
    public Optional<String> peer(String script, Task task, String suffix) {
        return contenders.peer(script).flatMap(program -> peer(program, script, task, suffix));
    }

    private Optional<String> peer(
            ContenderProcess program, String script, Task task, String suffix) {
        try {
            Assigned peer =
                    new Assigned(
                            program.assign(task) + suffix,
                            task.place(),
                            program,
                            () -> contenders.keep(script, program));
            peer.milliseconds();
            all.add(peer);
            return Optional.of(peer.name());
        } catch (ContenderException e) {
            program.close();
            contenders.say("without a peer: script=%s, %s".formatted(script, e.getMessage()));
            return Optional.empty();
        }
    }

    /** A program that has work. */
    private record Assigned(String name, Place place, ContenderProcess program, Runnable end)
            implements Contender {

        @Override
        public double milliseconds() {
            return program.work();
        }

        @Override
        public void close() {
            end.run();
        }
    }

    /**
     * Returns the contenders' names, in order, those whose products are of one type together: only
     * these do the same work.
     */
    public List<List<String>> namesByType() {
        return List.copyOf(
                all.stream()
                        .collect(
                                Collectors.groupingBy(
                                        contender -> contender.place().computeType(),
                                        LinkedHashMap::new,
                                        Collectors.mapping(Assigned::name, Collectors.toList())))
                        .values());
    }

    /** Times all of them. */
    public Rounds race(Comparison comparison) {
        return comparison.of(all);
    }

    /** Ends all work. */
    @Override
    public void close() {
        all.forEach(Contender::close);
    }
}
