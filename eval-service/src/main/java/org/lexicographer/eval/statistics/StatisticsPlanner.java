package org.lexicographer.eval.statistics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lexicographer.eval.evaluator.Contexts;
import org.lexicographer.eval.evaluator.TracedContexts;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.eval.latent.result.StatisticsSummary;
import org.lexicographer.eval.nearest.DictionaryPair;
import org.lexicographer.eval.nearest.DictionaryPair.Member;
import org.lexicographer.eval.nearest.NearestStore;
import org.lexicographer.eval.store.CheckpointCatalogue;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.EvaluationSetting;
import org.lexicographer.eval.store.RunStore;
import org.lexicographer.eval.store.RunStore.HeldOut;
import org.lexicographer.eval.store.SavedDictionary;
import org.lexicographer.eval.store.StatisticsStore;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.StatisticsPlan;
import org.lexicographer.pipeline.stored.StatisticsPlan.Setting;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes plans of what is wanted. When a run has ended, all its final dictionaries are planned
 * together, so that they share the language model's passes; as many at a time as memory is meant
 * for. Those at one site are to be compared as well, each with each. Runs whose spec wants no
 * statistics have neither, until they are asked for.
 */
public final class StatisticsPlanner {

    private static final Logger LOG = LoggerFactory.getLogger(StatisticsPlanner.class);

    /** Of statistics for which there is no text. */
    private static final String NO_DIGEST = "";

    private final RunStore runs;
    private final DictionaryStore dictionaries;
    private final CheckpointCatalogue catalogue;
    private final StatisticsStore statistics;
    private final PlanStore plans;
    private final NearestStore nearest;
    private final long memory;

    /**
     * Creates a planner.
     *
     * @param memory how many bytes of weights a plan's dictionaries have; at least one dictionary
     *     is in each, and none is after those that came to so many
     */
    public StatisticsPlanner(
            RunStore runs,
            DictionaryStore dictionaries,
            StatisticsStore statistics,
            PlanStore plans,
            NearestStore nearest,
            long memory) {
        this.runs = runs;
        this.dictionaries = dictionaries;
        this.catalogue = new CheckpointCatalogue(runs, dictionaries);
        this.statistics = statistics;
        this.plans = plans;
        this.nearest = nearest;
        this.memory = memory;
    }

    /** Plans what is wanted of runs that have ended; the rest stays wanted. */
    public void planWanted() {
        Map<String, List<DictionaryCheckpoint>> wanted =
                plans.wanted().stream()
                        .collect(
                                Collectors.groupingBy(
                                        checkpoint -> checkpoint.dictionary().run(),
                                        TreeMap::new,
                                        Collectors.toList()));
        wanted.forEach(
                (run, checkpoints) -> {
                    if (runs.end(run).isPresent()) {
                        planEnded(run, checkpoints);
                    }
                });
    }

    /** What can never be planned ends; what needs contexts that may still come stays wanted. */
    private void planEnded(String run, List<DictionaryCheckpoint> wanted) {
        try {
            Optional<RunSpec> spec = runs.spec(run).filter(it -> it.statisticsContexts() > 0);
            Optional<HeldOut> heldOut = spec.flatMap(runs::lastHeldOut);
            heldOut.ifPresent(
                    found -> {
                        planPairs(run);
                        plan(spec.get(), found, wanted);
                    });
            if (heldOut.isPresent() || spec.isEmpty()) {
                wanted.forEach(plans::settle);
            }
        } catch (UnusableInputException e) {
            // Weights are compared without a text.
            planPairs(run);
            wanted.forEach(
                    checkpoint -> {
                        fail(checkpoint, e);
                        plans.settle(checkpoint);
                    });
        }
    }

    private void fail(DictionaryCheckpoint checkpoint, UnusableInputException e) {
        plans.fail(checkpoint, Evaluation.HELD_OUT, NO_DIGEST, e.getMessage());
    }

    private void plan(RunSpec spec, HeldOut found, List<DictionaryCheckpoint> wanted) {
        int held = found.traced().contexts().count();
        TracedContexts traced = found.traced().first(Math.min(held, spec.statisticsContexts()));
        Contexts contexts = traced.contexts();
        String contextsKey = statistics.putContexts(spec.run(), traced);
        bySetting(spec.run(), untouched(all(spec, wanted)))
                .forEach(
                        (setting, group) ->
                                plan(
                                        spec.run(),
                                        new Setting(
                                                Evaluation.HELD_OUT,
                                                setting.languageModel(),
                                                contextsKey,
                                                contexts.count(),
                                                contexts.contextLength(),
                                                setting.batchContexts(),
                                                Setting.shardContexts(
                                                        setting.batchContexts(),
                                                        contexts.contextLength()),
                                                spec.statisticsSeed()),
                                        found.shortfall(),
                                        group));
    }

    /** One whose setting cannot be read fails alone. */
    private Map<EvaluationSetting, List<DictionaryCheckpoint>> bySetting(
            String run, Stream<DictionaryCheckpoint> checkpoints) {
        Map<EvaluationSetting, List<DictionaryCheckpoint>> groups = new HashMap<>();
        checkpoints.forEach(
                checkpoint -> {
                    try {
                        EvaluationSetting setting =
                                runs.setting(run, dictionaries.config(checkpoint.prefix()));
                        groups.computeIfAbsent(setting, _ -> new ArrayList<>()).add(checkpoint);
                    } catch (UnusableInputException e) {
                        fail(checkpoint, e);
                    }
                });
        return groups;
    }

    /**
     * Those that are wanted, and all final ones of the run, so that they need not come again; once
     * some were removed, those that are wanted only: the others may be missing because of that.
     */
    private Stream<DictionaryCheckpoint> all(RunSpec spec, List<DictionaryCheckpoint> wanted) {
        if (plans.wereRemoved(spec.run())) {
            return wanted.stream();
        }
        return Stream.concat(wanted.stream(), last(spec.run()))
                .collect(
                        Collectors.toMap(
                                DictionaryCheckpoint::prefix,
                                checkpoint -> checkpoint,
                                (first, _) -> first))
                .values()
                .stream();
    }

    /**
     * Those with no statistics of the held-out text and none on their way, whatever their setting:
     * what a user asked for, over more contexts perhaps, is not replaced by what the run wanted.
     */
    private Stream<DictionaryCheckpoint> untouched(Stream<DictionaryCheckpoint> checkpoints) {
        Set<DictionaryCheckpoint> planned =
                planned(setting -> setting.text().equals(Evaluation.HELD_OUT));
        return checkpoints
                .filter(checkpoint -> !planned.contains(checkpoint))
                .filter(
                        checkpoint ->
                                statistics
                                        .summary(
                                                checkpoint.dictionary(),
                                                checkpoint.step(),
                                                Evaluation.HELD_OUT)
                                        .isEmpty());
    }

    /** Returns the final checkpoints of a run's dictionaries, by name. */
    private Stream<DictionaryCheckpoint> last(String run) {
        return dictionaries.ofRun(run).stream()
                .flatMap(saved -> last(saved).stream())
                .filter(DictionaryCheckpoint::isFinal);
    }

    private Optional<DictionaryCheckpoint> last(SavedDictionary saved) {
        try {
            return catalogue.find(saved, saved.lastStep());
        } catch (UnusableInputException e) {
            LOG.warn("dictionary left out: dictionary={}, reason={}", saved.id(), e.getMessage());
            return Optional.empty();
        }
    }

    /** Has the final dictionaries of a run compared, once it has ended. */
    public void planPairs(String run) {
        if (runs.end(run).isPresent()) {
            DictionaryPair.among(
                            last(run).map(it -> new Member(it.dictionary(), it.step())).toList())
                    .forEach(nearest::want);
        }
    }

    /**
     * Plans the statistics of dictionaries that have none yet, and are in no other plan.
     *
     * @param run the run of the dictionaries
     * @param shortfall what is missing of the text that was meant
     */
    public void plan(
            String run,
            Setting setting,
            Optional<String> shortfall,
            List<DictionaryCheckpoint> checkpoints) {
        String digest = setting.digest(StatisticsSummary.currentDefinitions());
        Set<DictionaryCheckpoint> planned = planned(setting::equals);
        List<DictionaryCheckpoint> open =
                checkpoints.stream()
                        .filter(checkpoint -> !planned.contains(checkpoint))
                        .filter(checkpoint -> !statistics.has(checkpoint, setting.text(), digest))
                        .sorted(Comparator.comparing(DictionaryCheckpoint::prefix))
                        .toList();
        List<DictionaryCheckpoint> part = new ArrayList<>();
        long bytes = 0;
        for (DictionaryCheckpoint checkpoint : open) {
            part.add(checkpoint);
            bytes += dictionaries.weightBytes(checkpoint.prefix());
            if (bytes >= memory) {
                plans.create(new StatisticsPlan(run, setting, part, shortfall));
                part.clear();
                bytes = 0;
            }
        }
        if (!part.isEmpty()) {
            plans.create(new StatisticsPlan(run, setting, part, shortfall));
        }
    }

    private Set<DictionaryCheckpoint> planned(Predicate<Setting> which) {
        return plans.plans().stream()
                .filter(plan -> which.test(plan.setting()))
                .flatMap(plan -> plan.dictionaries().stream())
                .collect(Collectors.toSet());
    }
}
