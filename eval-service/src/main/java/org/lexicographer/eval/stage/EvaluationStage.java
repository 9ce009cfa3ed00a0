package org.lexicographer.eval.stage;

import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.lexicographer.eval.evaluator.Baselines;
import org.lexicographer.eval.evaluator.Contexts;
import org.lexicographer.eval.evaluator.EvaluationInterruptedException;
import org.lexicographer.eval.evaluator.Evaluator;
import org.lexicographer.eval.evaluator.Outcome;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.eval.statistics.kept.LatentKeeper;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.EvaluationSetting;
import org.lexicographer.eval.store.EvaluationStore;
import org.lexicographer.eval.store.RunStore;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.LanguageModels;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.message.Evaluation.Metric;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.StatisticsPlan;

/**
 * Turns dictionary checkpoints into evaluations. Threads may share it; they compute one after the
 * other, because one evaluation already uses all cores.
 */
public final class EvaluationStage {

    /** A few hundred bytes each. */
    private static final int BASELINES_KEPT = 1024;

    private final RunStore runs;
    private final DictionaryStore dictionaries;
    private final EvaluationStore evaluations;
    private final LanguageModels<LanguageModel> models;
    private final LatentKeeper keeper;
    private final long memory;
    private final Baselines baselines = new Baselines(BASELINES_KEPT);
    private final ReentrantLock computing = new ReentrantLock(true);

    /**
     * Creates the stage.
     *
     * @param keeper keeps what statistics of latents need of an evaluation
     * @param memory how many bytes of dictionaries' weights are loaded at a time, see {@link
     *     DictionaryGroup}, and of residual streams held, see {@link Evaluator}
     */
    public EvaluationStage(
            RunStore runs,
            DictionaryStore dictionaries,
            EvaluationStore evaluations,
            LanguageModels<LanguageModel> models,
            LatentKeeper keeper,
            long memory) {
        this.runs = runs;
        this.dictionaries = dictionaries;
        this.evaluations = evaluations;
        this.models = models;
        this.keeper = keeper;
        this.memory = memory;
    }

    /** Returns the stored evaluation of a checkpoint on the held-out contexts, if there is one. */
    public Optional<Evaluation> heldOutEvaluation(DictionaryCheckpoint checkpoint) {
        return evaluations.find(checkpoint.dictionary(), checkpoint.step(), Evaluation.HELD_OUT);
    }

    /**
     * Returns what an evaluation of a checkpoint must know.
     *
     * @throws UnusableInputException when nothing says which language model it is for
     */
    public EvaluationSetting setting(DictionaryCheckpoint checkpoint) {
        return runs.setting(
                checkpoint.dictionary().run(), dictionaries.config(checkpoint.prefix()));
    }

    /** Tells whether a run's held-out contexts can be read. */
    public Readiness readiness(String run) {
        if (runs.isHeldOutComplete(run)) {
            return Readiness.READY;
        }
        return runs.isCancelled(run) ? Readiness.NEVER : Readiness.NOT_YET;
    }

    /** Whether a run's held-out contexts can be read. */
    public enum Readiness {
        /** They are complete. */
        READY,
        /** Some are still to come. */
        NOT_YET,
        /** The run was given up before they were complete. */
        NEVER
    }

    /**
     * Evaluates checkpoints of one run on its held-out contexts, which must be complete, and stores
     * the evaluations. They share the passes; each evaluation is the same, to the byte, as that of
     * a checkpoint alone.
     *
     * @return of each checkpoint the evaluation or why there is none: {@link
     *     UnusableInputException} when that can never succeed
     * @throws UnusableInputException when nothing of the run can ever be evaluated
     */
    public Map<DictionaryCheckpoint, Outcome<Evaluation>> evaluateHeldOut(
            Set<DictionaryCheckpoint> checkpoints, EvaluationProgress progress) {
        RunSpec spec = spec(checkpoints.iterator().next().dictionary().run());
        Contexts heldOut = runs.heldOut(spec);
        // More may be held out, for statistics of latents.
        Contexts contexts = heldOut.first(Math.min(heldOut.count(), spec.evaluation().contexts()));
        Optional<Contexts> forStatistics =
                Optional.of(Math.min(heldOut.count(), spec.statisticsContexts()))
                        .filter(count -> count > 0)
                        .map(heldOut::first);
        return evaluate(
                checkpoints, new Text(Evaluation.HELD_OUT, contexts, forStatistics), progress);
    }

    /**
     * Evaluates a checkpoint on any contexts of its run's length and stores the evaluation.
     *
     * @param text the name under which the evaluation is stored
     * @throws UnusableInputException when that can never succeed
     */
    public Evaluation evaluate(
            DictionaryCheckpoint checkpoint,
            String text,
            Contexts contexts,
            EvaluationProgress progress) {
        return evaluate(Set.of(checkpoint), new Text(text, contexts, Optional.empty()), progress)
                .get(checkpoint)
                .orThrow();
    }

    private RunSpec spec(String run) {
        return runs.spec(run)
                .orElseThrow(() -> new UnusableInputException("run spec missing: run=" + run));
    }

    /**
     * What is evaluated.
     *
     * @param name the name under which evaluations are stored
     * @param forStatistics the contexts that statistics of latents will be over, which begin with
     *     these or end before; empty where none are to be made
     */
    private record Text(String name, Contexts contexts, Optional<Contexts> forStatistics) {

        /** Returns on how many of the contexts for statistics latents are seen. */
        int seen(Contexts wanted) {
            return Math.min(wanted.count(), contexts.count());
        }
    }

    private Map<DictionaryCheckpoint, Outcome<Evaluation>> evaluate(
            Set<DictionaryCheckpoint> checkpoints, Text text, EvaluationProgress progress) {
        lock();
        try {
            Map<DictionaryCheckpoint, Outcome<EvaluationSetting>> settings = new LinkedHashMap<>();
            checkpoints.forEach(c -> settings.put(c, Outcome.of(() -> setting(c))));
            Map<DictionaryCheckpoint, Outcome<List<Metric>>> measured = new HashMap<>();
            settings.values().stream()
                    .distinct()
                    .forEach(
                            setting -> {
                                List<DictionaryCheckpoint> group =
                                        checkpoints.stream()
                                                .filter(c -> settings.get(c).equals(setting))
                                                .toList();
                                measured.putAll(measure(group, setting, text, progress));
                            });
            return checkpoints.stream()
                    .collect(
                            Collectors.toMap(
                                    Function.identity(),
                                    c ->
                                            Outcome.of(
                                                    () ->
                                                            store(
                                                                    c,
                                                                    text,
                                                                    measured.get(c).orThrow()))));
        } finally {
            computing.unlock();
        }
    }

    private Map<DictionaryCheckpoint, Outcome<List<Metric>>> measure(
            List<DictionaryCheckpoint> group,
            Outcome<EvaluationSetting> setting,
            Text text,
            EvaluationProgress progress) {
        Outcome<Map<DictionaryCheckpoint, Outcome<List<Metric>>>> measured =
                Outcome.of(() -> measure(group, setting.orThrow(), text, progress));
        return switch (measured) {
            case Outcome.Done<Map<DictionaryCheckpoint, Outcome<List<Metric>>>>(var each) -> each;
            case Outcome.Failed<Map<DictionaryCheckpoint, Outcome<List<Metric>>>>(
                            RuntimeException reason) ->
                    group.stream()
                            .collect(
                                    Collectors.toMap(
                                            Function.identity(),
                                            c -> new Outcome.Failed<>(reason)));
        };
    }

    private Map<DictionaryCheckpoint, Outcome<List<Metric>>> measure(
            List<DictionaryCheckpoint> group,
            EvaluationSetting setting,
            Text text,
            EvaluationProgress progress) {
        try (LanguageModels.Lease<LanguageModel> lease =
                        models.lease(setting.languageModel(), setting.computeType());
                NDManager scope = lease.model().newScope()) {
            runs.checkModel(
                    group.getFirst().dictionary().run(), setting.languageModel(), lease.content());
            Evaluator evaluator =
                    new Evaluator(
                            lease.model(),
                            lease.identity(),
                            setting.batchContexts(),
                            baselines,
                            memory);
            return new DictionaryGroup(dictionaries, group, memory)
                    .measure(
                            evaluator,
                            scope,
                            text.contexts(),
                            progress,
                            keeper(setting, lease.content(), text));
        }
    }

    private Optional<LatentKeeper.OnText> keeper(
            EvaluationSetting setting, String model, Text text) {
        try {
            return text.forStatistics()
                    .map(
                            wanted ->
                                    keeper.begin(
                                            setting,
                                            model,
                                            wanted,
                                            StatisticsPlan.Setting.shardContexts(
                                                    setting.batchContexts(),
                                                    wanted.contextLength()),
                                            text.seen(wanted)));
        } catch (InvalidModelException e) {
            // It is the statistics that cannot be made; they say so themselves.
            return Optional.empty();
        }
    }

    private Evaluation store(DictionaryCheckpoint checkpoint, Text text, List<Metric> metrics) {
        Evaluation evaluation =
                new Evaluation(
                        checkpoint.dictionary(),
                        checkpoint.step(),
                        checkpoint.isFinal(),
                        text.name(),
                        text.contexts().count(),
                        text.contexts().tokens().length,
                        metrics);
        evaluations.put(evaluation);
        return evaluation;
    }

    private void lock() {
        try {
            computing.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EvaluationInterruptedException();
        }
    }
}
