package org.lexicographer.eval.stage;

import java.util.List;
import java.util.Optional;
import org.lexicographer.eval.evaluator.Contexts;
import org.lexicographer.eval.evaluator.TracedContexts;
import org.lexicographer.eval.stage.TextEvaluations.NamedText;
import org.lexicographer.eval.statistics.PlanStore;
import org.lexicographer.eval.statistics.StatisticsPlanner;
import org.lexicographer.eval.statistics.StatisticsProgress;
import org.lexicographer.eval.store.EvaluationSetting;
import org.lexicographer.eval.store.RunStore;
import org.lexicographer.eval.store.RunStore.HeldOut;
import org.lexicographer.eval.store.StatisticsStore;
import org.lexicographer.eval.text.StatisticsRequest;
import org.lexicographer.pipeline.FieldError;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.StatisticsPlan;
import org.lexicographer.pipeline.stored.StatisticsPlan.Setting;

/** Takes requests for statistics of latents, which the replicas make in their own time. */
public final class StatisticsRequests {

    private final RunStore runs;
    private final TextEvaluations texts;
    private final EvaluationStage stage;
    private final StatisticsStore statistics;
    private final StatisticsPlanner planner;
    private final PlanStore plans;

    public StatisticsRequests(
            RunStore runs,
            TextEvaluations texts,
            EvaluationStage stage,
            StatisticsStore statistics,
            StatisticsPlanner planner,
            PlanStore plans) {
        this.runs = runs;
        this.texts = texts;
        this.stage = stage;
        this.statistics = statistics;
        this.planner = planner;
        this.plans = plans;
    }

    /**
     * Plans the statistics of a checkpoint, and has its run's final dictionaries compared; nothing
     * happens when they are there or planned.
     *
     * @return the name of the text
     * @throws InvalidFieldsException when the text cannot be used
     */
    public String plan(DictionaryCheckpoint checkpoint, StatisticsRequest request) {
        Chosen chosen =
                request.other()
                        .map(other -> new Chosen(texts.text(checkpoint, other), Optional.empty()))
                        .orElseGet(() -> heldOut(checkpoint, request));
        NamedText text = chosen.text;
        TracedContexts traced = first(text.traced(), request.contexts());
        Contexts contexts = traced.contexts();
        String run = checkpoint.dictionary().run();
        EvaluationSetting setting = stage.setting(checkpoint);
        planner.planPairs(run);
        planner.plan(
                run,
                new Setting(
                        text.name(),
                        setting.languageModel(),
                        statistics.putContexts(run, traced),
                        contexts.count(),
                        contexts.contextLength(),
                        setting.batchContexts(),
                        Setting.shardContexts(setting.batchContexts(), contexts.contextLength()),
                        runs.spec(run).map(RunSpec::statisticsSeed).orElse(0L)),
                chosen.shortfall,
                List.of(checkpoint));
        return text.name();
    }

    /** A text, and what is missing of the one that was meant. */
    private record Chosen(NamedText text, Optional<String> shortfall) {}

    private static TracedContexts first(TracedContexts all, Optional<Integer> wanted) {
        int most = all.contexts().count();
        int count = wanted.orElse(most);
        if (count > most) {
            throw new InvalidFieldsException(
                    FieldError.of("contexts", "more than there are", "at most " + most, count));
        }
        return all.first(count);
    }

    /** Without a number of contexts in the request, as many as the run says. */
    private Chosen heldOut(DictionaryCheckpoint checkpoint, StatisticsRequest request) {
        RunSpec spec =
                runs.spec(checkpoint.dictionary().run()).orElseThrow(StatisticsRequests::noText);
        int usual =
                spec.statisticsContexts() > 0
                        ? spec.statisticsContexts()
                        : spec.evaluation().contexts();
        HeldOut heldOut =
                runs.lastHeldOut(spec, request.contexts().orElse(usual))
                        .orElseThrow(StatisticsRequests::noText);
        TracedContexts all = heldOut.traced();
        return new Chosen(
                new NamedText(
                        Evaluation.HELD_OUT,
                        request.contexts().isPresent()
                                ? all
                                : all.first(Math.min(all.contexts().count(), usual))),
                heldOut.shortfall());
    }

    private static InvalidFieldsException noText() {
        return new InvalidFieldsException(
                FieldError.of(
                        "text", "the run has no held-out contexts", "a text or a uri", "neither"));
    }

    /** Returns how far the statistics of a checkpoint on a text are; empty when none are made. */
    public Optional<StatisticsProgress> progress(DictionaryCheckpoint checkpoint, String text) {
        return plans.plans().stream()
                .filter(plan -> plan.setting().text().equals(text))
                .filter(plan -> plan.dictionaries().contains(checkpoint))
                .findFirst()
                .map(plan -> running(checkpoint, plan))
                .or(() -> failed(checkpoint, text))
                .or(() -> made(checkpoint, text))
                .or(() -> waiting(checkpoint, text));
    }

    private StatisticsProgress running(DictionaryCheckpoint checkpoint, StatisticsPlan plan) {
        return progress(
                checkpoint, plan.setting().text(), State.RUNNING, plans.done(plan), plan.units());
    }

    private Optional<StatisticsProgress> failed(DictionaryCheckpoint checkpoint, String text) {
        return plans.failure(checkpoint, text)
                .map(
                        failure ->
                                new StatisticsProgress(
                                        checkpoint.dictionary(),
                                        checkpoint.step(),
                                        text,
                                        State.FAILED,
                                        0,
                                        0,
                                        Optional.of(failure.reason())));
    }

    private Optional<StatisticsProgress> made(DictionaryCheckpoint checkpoint, String text) {
        return statistics
                .summary(checkpoint.dictionary(), checkpoint.step(), text)
                .map(_ -> progress(checkpoint, text, State.ENDED, 0, 0));
    }

    private Optional<StatisticsProgress> waiting(DictionaryCheckpoint checkpoint, String text) {
        return Optional.of(checkpoint)
                .filter(_ -> text.equals(Evaluation.HELD_OUT) && plans.isWanted(checkpoint))
                .map(_ -> progress(checkpoint, text, State.WAITING, 0, 0));
    }

    private static StatisticsProgress progress(
            DictionaryCheckpoint checkpoint, String text, State state, int done, int units) {
        return new StatisticsProgress(
                checkpoint.dictionary(),
                checkpoint.step(),
                text,
                state,
                done,
                units,
                Optional.empty());
    }
}
