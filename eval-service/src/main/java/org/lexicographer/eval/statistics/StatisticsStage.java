package org.lexicographer.eval.statistics;

import ai.djl.ndarray.NDManager;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.lexicographer.eval.evaluator.TracedContexts;
import org.lexicographer.eval.latent.result.StatisticsSummary;
import org.lexicographer.eval.statistics.PlanWork.Reading;
import org.lexicographer.eval.statistics.kept.KeptLatents;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.EvaluationSetting;
import org.lexicographer.eval.store.RunStore;
import org.lexicographer.eval.store.StatisticsStore;
import org.lexicographer.eval.store.WorkClaims;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.LanguageModels;
import org.lexicographer.languagemodel.folder.ModelFiles;
import org.lexicographer.languagemodel.folder.ModelFolders;
import org.lexicographer.languagemodel.tokenizer.HuggingFaceTextTokenizer;
import org.lexicographer.languagemodel.tokenizer.SpecialTokens;
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.pipeline.stored.StatisticsPlan;

/** Does a replica's part of the work on plans. For use by one thread at a time. */
public final class StatisticsStage {

    private final RunStore runs;
    private final DictionaryStore dictionaries;
    private final StatisticsStore statistics;
    private final PlanStore plans;
    private final LanguageModels<LanguageModel> models;
    private final ModelFolders folders;
    private final KeptLatents kept;
    private final Claiming claiming;

    /**
     * How units are claimed.
     *
     * @param owner a name that no other replica has, and none that ran before
     * @param lasting how long a claim lasts
     * @param turn tells whether this replica may begin a unit now, or has something else to do
     */
    public record Claiming(
            String owner, Duration lasting, InstantSource clock, BooleanSupplier turn) {}

    /**
     * Creates the stage.
     *
     * @param kept what this replica has run, kept from one time to the next
     */
    public StatisticsStage(
            RunStore runs,
            DictionaryStore dictionaries,
            StatisticsStore statistics,
            PlanStore plans,
            LanguageModels<LanguageModel> models,
            ModelFolders folders,
            KeptLatents kept,
            Claiming claiming) {
        this.runs = runs;
        this.dictionaries = dictionaries;
        this.statistics = statistics;
        this.plans = plans;
        this.models = models;
        this.folders = folders;
        this.kept = kept;
        this.claiming = claiming;
    }

    /** Returns the plans that are not done. */
    public List<StatisticsPlan> open() {
        return plans.plans();
    }

    /** Tells whether a plan is not done yet, by no replica. */
    public boolean isOpen(StatisticsPlan plan) {
        return plans.isOpen(plan);
    }

    /** Tells whether this replica may begin something now. */
    public boolean hasTurn() {
        return claiming.turn().getAsBoolean();
    }

    /**
     * Does all units of a plan that no other replica has claimed, as long as this one has its turn.
     * Language model, dictionaries and text are loaded only if there is one.
     *
     * @return whether all of the plan is done
     * @throws org.lexicographer.eval.evaluator.UnusableInputException when that can never succeed
     * @throws org.lexicographer.eval.evaluator.EvaluationInterruptedException when the thread was
     *     interrupted
     */
    public boolean advance(StatisticsPlan plan) {
        WorkClaims claims =
                plans.claims(plan, claiming.owner(), claiming.lasting(), claiming.clock());
        return switch (plans.outlook(plan, claims)) {
            case FREE -> hasTurn() && work(plan, claims);
            case TAKEN -> false;
            case DONE -> {
                plans.remove(plan);
                yield true;
            }
        };
    }

    /**
     * Drops what is kept of dictionaries whose statistics are not to be made any more, whichever
     * replica has made them. What is evaluated meanwhile may go too, and is computed again.
     */
    public void forgetDone() {
        Set<String> left = new HashSet<>(kept.prefixes());
        if (left.isEmpty()) {
            return;
        }
        // In this order: what was wanted is planned before it is wanted no more.
        plans.wanted().forEach(checkpoint -> left.remove(checkpoint.prefix()));
        for (StatisticsPlan plan : plans.plans()) {
            plan.dictionaries().forEach(checkpoint -> left.remove(checkpoint.prefix()));
        }
        kept.forget(left);
    }

    private boolean work(StatisticsPlan plan, WorkClaims claims) {
        StatisticsPlan.Setting setting = plan.setting();
        ModelFiles files = folders.find(setting.languageModel()).files();
        ComputeType type = EvaluationSetting.computeType(runs.spec(plan.run()));
        TracedContexts text = statistics.contexts(setting.contextsKey(), setting.contextLength());
        try (HuggingFaceTextTokenizer tokenizer = HuggingFaceTextTokenizer.load(files);
                LanguageModels.Lease<LanguageModel> lease =
                        models.lease(setting.languageModel(), type);
                NDManager scope = lease.model().newScope()) {
            runs.checkModel(plan.run(), setting.languageModel(), lease.content());
            Reading reading =
                    new Reading(
                            lease.model(),
                            lease.content(),
                            text,
                            SpecialTokens.of(files),
                            tokenizer::text,
                            LoadedDictionaries.of(plan, dictionaries, lease.model(), scope));
            try (PlanWork work = new PlanWork(plan, plans, statistics, claims, reading, kept)) {
                return work.advance(claiming.turn());
            }
        }
    }

    /** Gives a plan up: takes note of why, for each dictionary that has no statistics yet. */
    public void giveUp(StatisticsPlan plan, String reason) {
        StatisticsPlan.Setting setting = plan.setting();
        String digest = setting.digest(StatisticsSummary.currentDefinitions());
        plan.dictionaries().stream()
                .filter(checkpoint -> !statistics.has(checkpoint, setting.text(), digest))
                .forEach(checkpoint -> plans.fail(setting, checkpoint, reason));
        plans.remove(plan);
    }
}
