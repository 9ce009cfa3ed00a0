package org.lexicographer.eval.statistics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lexicographer.eval.evaluator.Contexts;
import org.lexicographer.eval.evaluator.EvaluationInterruptedException;
import org.lexicographer.eval.evaluator.LatentPass;
import org.lexicographer.eval.evaluator.SplicedDictionary;
import org.lexicographer.eval.evaluator.TracedContexts;
import org.lexicographer.eval.exchange.TemporaryFolder;
import org.lexicographer.eval.latent.CountsFile;
import org.lexicographer.eval.latent.LatentCounts;
import org.lexicographer.eval.latent.SilentContexts;
import org.lexicographer.eval.latent.companion.CoActivation;
import org.lexicographer.eval.latent.companion.CoActivationFile;
import org.lexicographer.eval.latent.result.StatisticsSummary;
import org.lexicographer.eval.statistics.Unit.Kind;
import org.lexicographer.eval.statistics.kept.KeptLatents;
import org.lexicographer.eval.statistics.kept.ReadText;
import org.lexicographer.eval.store.StatisticsStore;
import org.lexicographer.eval.store.WorkClaims;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.stored.StatisticsPlan;

/**
 * One replica's work on a plan: it does the units that no other replica has claimed. For use by one
 * thread.
 */
final class PlanWork implements AutoCloseable {

    private final StatisticsPlan plan;
    private final PlanStore plans;
    private final StatisticsStore statistics;
    private final WorkClaims claims;
    private final Reading reading;
    private final Shards shards;
    private final TemporaryFolder folder = TemporaryFolder.create();
    private Optional<Counted> counted = Optional.empty();

    /**
     * What a plan's text is read with.
     *
     * @param model the language model
     * @param content a text that is the same for the same language model only
     * @param traced all contexts
     * @param uncounted ids of the tokens that do not count
     * @param words the texts of tokens
     * @param dictionaries the plan's, in memory
     */
    record Reading(
            LanguageModel model,
            String content,
            TracedContexts traced,
            Set<Integer> uncounted,
            IntFunction<String> words,
            LoadedDictionaries dictionaries) {

        Contexts text() {
            return traced.contexts();
        }
    }

    PlanWork(
            StatisticsPlan plan,
            PlanStore plans,
            StatisticsStore statistics,
            WorkClaims claims,
            Reading reading,
            KeptLatents kept) {
        this.plan = plan;
        this.plans = plans;
        this.statistics = statistics;
        this.claims = claims;
        this.reading = reading;
        ReadText read =
                new ReadText(
                        reading.content(),
                        reading.text(),
                        plan.setting().batchContexts(),
                        reading.uncounted());
        LatentPass pass =
                new LatentPass(
                        reading.model(),
                        reading.text(),
                        plan.setting().batchContexts(),
                        reading.uncounted());
        this.shards = new Shards(plan, read, pass, reading.dictionaries(), kept);
    }

    /**
     * Does all units that can be done now.
     *
     * @param turn is asked before each
     * @return whether all of the plan is done; if not, other replicas have claimed what is left, or
     *     this one has no turn
     * @throws EvaluationInterruptedException when the thread was interrupted
     */
    boolean advance(BooleanSupplier turn) {
        boolean done =
                all(Kind.COUNT, turn, this::count)
                        && all(Kind.SAMPLE, turn, this::sample)
                        && all(Kind.FINISH, turn, this::finish);
        if (done) {
            plans.remove(plan);
        }
        return done;
    }

    private boolean all(Kind kind, BooleanSupplier turn, IntFunction<SafetensorsWriter> work) {
        List<Unit> units = Unit.of(plan, kind);
        for (Unit unit : cheapestFirst(units)) {
            if (Thread.currentThread().isInterrupted()) {
                throw new EvaluationInterruptedException();
            }
            if (!plans.isOpen(plan)) {
                return true;
            }
            if (!turn.getAsBoolean()) {
                return false;
            }
            if (!plans.isDone(plan, unit) && claims.claim(unit.text())) {
                work(unit, work);
            }
        }
        return units.stream().allMatch(unit -> plans.isDone(plan, unit));
    }

    /** Of shards, this replica does those first that it need not run again. */
    private List<Unit> cheapestFirst(List<Unit> units) {
        return units.stream()
                .sorted(
                        Comparator.comparing(
                                unit ->
                                        unit.kind() != Kind.FINISH
                                                && !shards.isKept(unit.number())))
                .toList();
    }

    /** A unit that breaks off is given back, so that nobody has to wait until its claim ends. */
    private void work(Unit unit, IntFunction<SafetensorsWriter> work) {
        boolean done = false;
        try {
            plans.put(plan, unit, work.apply(unit.number()), folder.path());
            done = true;
        } finally {
            if (!done) {
                claims.release(unit.text());
            }
        }
        if (!plans.isOpen(plan)) {
            // Others have done the plan and removed it; the same plan may be made again.
            plans.discard(plan, unit);
            claims.release(unit.text());
        }
    }

    private SafetensorsWriter count(int shard) {
        return shards.count(shard);
    }

    private SafetensorsWriter sample(int shard) {
        return shards.sample(shard, counted());
    }

    private Counted counted() {
        if (counted.isEmpty()) {
            try (Parts parts = open(Kind.COUNT)) {
                counted = Optional.of(Counted.of(parts.files(), plan.dictionaries().size()));
            }
        }
        return counted.get();
    }

    /** The files of all shards of a pass. */
    private record Parts(List<SafetensorsFile> files) implements AutoCloseable {

        @Override
        public void close() {
            files.forEach(SafetensorsFile::close);
        }
    }

    private Parts open(Kind kind) {
        List<SafetensorsFile> files = new ArrayList<>();
        Parts parts = new Parts(files);
        boolean opened = false;
        try {
            for (int shard = 0; shard < plan.shards(); shard++) {
                files.add(plans.open(plan, new Unit(kind, shard), folder.path()));
            }
            opened = true;
            return parts;
        } finally {
            if (!opened) {
                parts.close();
            }
        }
    }

    private SafetensorsWriter finish(int dictionary) {
        DictionaryCheckpoint checkpoint = plan.dictionaries().get(dictionary);
        try (Parts counts = open(Kind.COUNT);
                Parts samples = open(Kind.SAMPLE)) {
            Optional<String> failure = failure(dictionary, counts, samples);
            if (failure.isPresent()) {
                plans.fail(plan.setting(), checkpoint, failure.get());
            } else {
                store(dictionary, counts, samples);
                plans.succeed(plan.setting(), checkpoint);
            }
        }
        plans.settle(checkpoint);
        return new SafetensorsWriter();
    }

    private static Optional<String> failure(int dictionary, Parts counts, Parts samples) {
        return Stream.concat(counts.files().stream(), samples.files().stream())
                .map(file -> file.metadata().get(Shards.failureKey(dictionary)))
                .filter(reason -> reason != null)
                .findFirst();
    }

    private void store(int dictionary, Parts counted, Parts samples) {
        LatentCounts counts = counted().counts(dictionary).orElseThrow();
        long seed = plan.setting().seed();
        SilentContexts silent = new SilentContexts(counts.dictionarySize(), seed);
        CoActivation together = new CoActivation(counts.dictionarySize());
        String prefix = Shards.prefix(dictionary);
        for (int shard = 0; shard < plan.shards(); shard++) {
            SafetensorsFile file = counted.files().get(shard);
            silent.add(CountsFile.activity(file, prefix), plan.first(shard), plan.end(shard));
            together.merge(CoActivationFile.read(file, prefix));
        }
        SplicedDictionary spliced =
                reading.dictionaries().each().get(dictionary).spliced().orElseThrow();
        LatentRecords records =
                new LatentRecords(
                        reading.traced(),
                        counts,
                        silent,
                        WeightFigures.of(reading.model(), spliced, together));
        StatisticsSummary summary = summary(dictionary, counts, together);
        DictionaryCheckpoint checkpoint = plan.dictionaries().get(dictionary);
        new Results(summary, counts, records, seed, () -> plans.digests(checkpoint, summary.text()))
                .store(statistics, samples.files(), prefix, reading.text(), reading.words());
    }

    private StatisticsSummary summary(int dictionary, LatentCounts counts, CoActivation together) {
        DictionaryCheckpoint checkpoint = plan.dictionaries().get(dictionary);
        StatisticsPlan.Setting setting = plan.setting();
        int dead =
                (int)
                        IntStream.range(0, counts.dictionarySize())
                                .filter(latent -> counts.firings(latent) == 0)
                                .count();
        return new StatisticsSummary(
                checkpoint.dictionary(),
                checkpoint.step(),
                setting.text(),
                setting.digest(StatisticsSummary.currentDefinitions()),
                setting.contexts(),
                setting.contextLength(),
                counts.tokens(),
                (long) setting.contexts() * setting.contextLength() - counts.tokens(),
                together.tokens(),
                setting.seed(),
                counts.dictionarySize(),
                dead,
                setting.contextsKey(),
                StatisticsSummary.currentDefinitions(),
                StatisticsSummary.warning(counts.tokens(), plan.shortfall()));
    }

    @Override
    public void close() {
        folder.close();
    }
}
