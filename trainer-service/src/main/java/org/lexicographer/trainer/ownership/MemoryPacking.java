package org.lexicographer.trainer.ownership;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.lexicographer.pipeline.Site;
import org.lexicographer.trainer.memory.JobNeed;
import org.lexicographer.trainer.memory.MemoryAmount;
import org.lexicographer.trainer.ownership.JobOwnership.JobId;
import org.lexicographer.trainer.ownership.Plan.Lack;
import org.lexicographer.trainer.ownership.Plan.Waiting;

/**
 * Finds owners for jobs, so that no member of the group has more than it promises.
 *
 * <p>Runs are taken in their order, and each is taken as a whole or not at all: its jobs share one
 * stream, which goes no faster than the slowest of them, so that half of a run would hold memory
 * and never end. A run for which nothing is left waits, and those behind it may go ahead. They are
 * in nobody's way: the next time they are behind it again, and give up what it can use.
 *
 * <p>A job stays where it is as long as there is room. Once all have a place, jobs move from
 * members with many to such with two less or fewer. What comes out, taken as what is, comes out
 * again; {@link #plan} repeats until it does.
 */
final class MemoryPacking {

    private final Map<JobId, String> before;
    private final TreeMap<String, Room> rooms = new TreeMap<>();
    private final MemoryAmount allBudgets;
    private final Map<JobId, String> owners = new HashMap<>();
    private final List<Waiting> waiting = new ArrayList<>();

    private MemoryPacking(
            Map<String, MemoryAmount> budgets, Map<JobId, String> before, List<RunDemand> inOrder) {
        this.before = before;
        budgets.forEach((member, budget) -> rooms.put(member, new Room(member, budget)));
        this.allBudgets = sum(budgets.values());
        for (RunDemand run : inOrder) {
            run.jobs().forEach((site, need) -> owner(run, site).ifPresent(it -> it.expect(need)));
        }
    }

    /**
     * Finds owners.
     *
     * @param budgets what each member promises to jobs
     * @param owners which member has which job now; jobs that nobody asks for are passed over
     * @param runs all that want owners
     */
    static Plan plan(
            Map<String, MemoryAmount> budgets, Map<JobId, String> owners, List<RunDemand> runs) {
        List<RunDemand> inOrder = runs.stream().sorted(RunDemand.ORDER).toList();
        Map<JobId, String> before = owners;
        Plan plan = once(budgets, before, inOrder);
        // Each round lets an earlier run in, or changes nothing.
        for (int round = 0; round < runs.size() && !plan.owners().equals(before); round++) {
            before = plan.owners();
            plan = once(budgets, before, inOrder);
        }
        return plan;
    }

    private static Plan once(
            Map<String, MemoryAmount> budgets, Map<JobId, String> before, List<RunDemand> inOrder) {
        MemoryPacking packing = new MemoryPacking(budgets, before, inOrder);
        inOrder.forEach(packing::admit);
        packing.balance(inOrder);
        return new Plan(packing.owners, packing.waiting);
    }

    private Optional<Room> owner(RunDemand run, Site site) {
        return Optional.ofNullable(before.get(new JobId(run.run(), site))).map(rooms::get);
    }

    private void admit(RunDemand run) {
        run.jobs().forEach((site, need) -> owner(run, site).ifPresent(it -> it.expected(need)));
        Optional<Map<Site, Room>> found = find(run);
        if (found.isEmpty()) {
            MemoryAmount free = sum(rooms.values().stream().map(room -> room.free).toList());
            waiting.add(new Waiting(run, free, allBudgets, rooms.size(), lack(run)));
            return;
        }
        found.get()
                .forEach(
                        (site, room) -> {
                            room.take(run, site);
                            owners.put(new JobId(run.run(), site), room.member);
                        });
    }

    private static MemoryAmount sum(Collection<MemoryAmount> amounts) {
        return amounts.stream().reduce(MemoryAmount.NONE, MemoryAmount::plus);
    }

    private Lack lack(RunDemand run) {
        boolean tooLarge =
                run.jobs().values().stream()
                        .anyMatch(
                                need ->
                                        rooms.values().stream()
                                                .noneMatch(room -> room.couldTake(need)));
        if (tooLarge) {
            return Lack.LARGER_REPLICA;
        }
        return fitsNowhere(run) ? Lack.REPLICAS : Lack.TURN;
    }

    private boolean fitsNowhere(RunDemand run) {
        Map<String, MemoryAmount> budgets = new TreeMap<>();
        rooms.forEach((member, room) -> budgets.put(member, room.budget));
        return new MemoryPacking(budgets, Map.of(), List.of()).find(run).isEmpty();
    }

    /** Looks for places for all jobs of a run: as they are, or else ever more tightly. */
    private Optional<Map<Site, Room>> find(RunDemand run) {
        return find(run, true, Room::spread)
                .or(() -> find(run, true, Room::tight))
                .or(() -> find(run, false, Room::spread))
                .or(() -> find(run, false, Room::tight));
    }

    /** How rooms are preferred for a job, the one that compares as least first. */
    @FunctionalInterface
    private interface Preference {

        Comparator<Room> of(Map<Room, List<MemoryAmount>> taken, JobNeed need);
    }

    private Optional<Map<Site, Room>> find(RunDemand run, boolean stay, Preference preference) {
        Map<Site, Room> places = new HashMap<>();
        Map<Room, List<MemoryAmount>> taken = new HashMap<>();
        rooms.values().forEach(room -> taken.put(room, new ArrayList<>()));
        List<Map.Entry<Site, JobNeed>> moving = new ArrayList<>();
        for (var job : run.jobs().entrySet()) {
            Optional<Room> owner =
                    owner(run, job.getKey())
                            .filter(room -> stay && room.fits(run, job.getKey(), taken));
            owner.ifPresent(
                    room -> {
                        places.put(job.getKey(), room);
                        taken.get(room).add(room.part(job.getValue()));
                    });
            if (owner.isEmpty()) {
                moving.add(job);
            }
        }
        moving.sort(largestFirst());
        for (var job : moving) {
            JobNeed need = job.getValue();
            Optional<Room> place =
                    rooms.values().stream()
                            .filter(room -> room.fits(run, job.getKey(), taken))
                            .min(preference.of(taken, need));
            if (place.isEmpty()) {
                return Optional.empty();
            }
            places.put(job.getKey(), place.get());
            taken.get(place.get()).add(place.get().part(need));
        }
        return Optional.of(places);
    }

    /** Small ones find room later. */
    private Comparator<Map.Entry<Site, JobNeed>> largestFirst() {
        return Comparator.comparing(
                        (Map.Entry<Site, JobNeed> job) -> -job.getValue().in(allBudgets).total())
                .thenComparing(Map.Entry::getKey);
    }

    /** Each move makes numbers of jobs more even, so that they come to an end. */
    private void balance(List<RunDemand> runs) {
        Map<String, RunDemand> byName = new HashMap<>();
        runs.forEach(run -> byName.put(run.run(), run));
        while (moveOne(byName)) {
            // The rooms have changed.
        }
    }

    private boolean moveOne(Map<String, RunDemand> runs) {
        List<Room> bySize =
                rooms.values().stream()
                        .sorted(Comparator.comparingInt((Room room) -> room.jobs.size()))
                        .toList();
        for (Room from : bySize.reversed()) {
            for (Room to : bySize) {
                if (from.jobs.size() - to.jobs.size() < 2) {
                    break;
                }
                Optional<JobId> job = movable(runs, from, to);
                if (job.isPresent()) {
                    RunDemand run = runs.get(job.get().run());
                    from.leave(run, job.get().site());
                    to.take(run, job.get().site());
                    owners.put(job.get(), to.member);
                    return true;
                }
            }
        }
        return false;
    }

    /** A job that comes or goes anyway moves before one that is at work. */
    private Optional<JobId> movable(Map<String, RunDemand> runs, Room from, Room to) {
        return from.jobs.keySet().stream()
                .filter(job -> !runs.get(job.run()).alone())
                .filter(job -> to.fits(runs.get(job.run()), job.site(), Map.of()))
                .min(
                        Comparator.comparingInt((JobId job) -> cost(job, from, to))
                                .thenComparing(Comparator.naturalOrder()));
    }

    private int cost(JobId job, Room from, Room to) {
        String owner = before.get(job);
        if (to.member.equals(owner)) {
            return 0;
        }
        return from.member.equals(owner) ? 2 : 1;
    }

    /** What a member has given away so far. */
    private static final class Room {

        final String member;
        final MemoryAmount budget;
        final TreeMap<JobId, MemoryAmount> jobs = new TreeMap<>();
        MemoryAmount free;
        private boolean hasLonely;
        private MemoryAmount later = MemoryAmount.NONE;
        private int laterJobs;

        Room(String member, MemoryAmount budget) {
            this.member = member;
            this.budget = budget;
            this.free = budget;
        }

        /** Returns what a job needs here. */
        MemoryAmount part(JobNeed need) {
            return need.in(budget);
        }

        /** Tells whether there was room for a job if it were alone. */
        boolean couldTake(JobNeed need) {
            return part(need).fitsInto(budget);
        }

        /** Takes note of a job that is here and whose turn is still to come. */
        void expect(JobNeed need) {
            later = later.plus(part(need));
            laterJobs++;
        }

        /** Takes note that its turn has come. */
        void expected(JobNeed need) {
            later = later.minus(part(need));
            laterJobs--;
        }

        boolean fits(RunDemand run, Site site, Map<Room, List<MemoryAmount>> taken) {
            boolean othersAllow =
                    run.alone()
                            ? jobs.keySet().stream().allMatch(job -> job.run().equals(run.run()))
                            : !hasLonely;
            MemoryAmount need = part(run.jobs().get(site));
            return othersAllow && need.plus(sum(in(taken))).fitsInto(free);
        }

        private List<MemoryAmount> in(Map<Room, List<MemoryAmount>> taken) {
            return taken.getOrDefault(this, List.of());
        }

        void take(RunDemand run, Site site) {
            MemoryAmount need = part(run.jobs().get(site));
            jobs.put(new JobId(run.run(), site), need);
            free = free.minus(need);
            hasLonely |= run.alone();
        }

        void leave(RunDemand run, Site site) {
            free = free.plus(jobs.remove(new JobId(run.run(), site)));
        }

        /** First where nobody has to go, then where few are. */
        static Comparator<Room> spread(Map<Room, List<MemoryAmount>> taken, JobNeed need) {
            return Comparator.comparing(
                            (Room room) ->
                                    !room.part(need)
                                            .plus(sum(room.in(taken)))
                                            .plus(room.later)
                                            .fitsInto(room.free))
                    .thenComparing(
                            room -> room.jobs.size() + room.laterJobs + room.in(taken).size())
                    .thenComparing(room -> room.member);
        }

        /** First where least is left. */
        static Comparator<Room> tight(Map<Room, List<MemoryAmount>> taken, JobNeed need) {
            return Comparator.comparing(
                            (Room room) -> room.free.minus(sum(room.in(taken))).onDevice())
                    .thenComparing(room -> room.free.minus(sum(room.in(taken))).offHeap())
                    .thenComparing(room -> room.free.minus(sum(room.in(taken))).onHeap())
                    .thenComparing(room -> room.member);
        }
    }
}
