package org.lexicographer.eval.service;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.lexicographer.eval.exchange.DictionaryMemoryLock;
import org.lexicographer.eval.exchange.DictionarySources;
import org.lexicographer.eval.exchange.ModelFit;
import org.lexicographer.eval.explanation.ExplanationStore;
import org.lexicographer.eval.inspection.DictionaryInModel;
import org.lexicographer.eval.inspection.LatentAblations;
import org.lexicographer.eval.job.EvaluationJobs;
import org.lexicographer.eval.job.StatisticsJobs;
import org.lexicographer.eval.job.StatisticsTurn;
import org.lexicographer.eval.nearest.NearestStore;
import org.lexicographer.eval.nearest.NearestWork;
import org.lexicographer.eval.stage.DictionaryExports;
import org.lexicographer.eval.stage.DictionaryImports;
import org.lexicographer.eval.stage.EvaluationOutput;
import org.lexicographer.eval.stage.EvaluationStage;
import org.lexicographer.eval.stage.LatentsOnText;
import org.lexicographer.eval.stage.RecentEvaluations;
import org.lexicographer.eval.stage.RunPublications;
import org.lexicographer.eval.stage.StatisticsRequests;
import org.lexicographer.eval.stage.TextEvaluations;
import org.lexicographer.eval.statistics.PlanStore;
import org.lexicographer.eval.statistics.StatisticsPlanner;
import org.lexicographer.eval.statistics.StatisticsRetention;
import org.lexicographer.eval.statistics.StatisticsRetention.Kept;
import org.lexicographer.eval.statistics.StatisticsStage;
import org.lexicographer.eval.statistics.kept.KeptLatents;
import org.lexicographer.eval.statistics.kept.LatentKeeper;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.EvaluationStore;
import org.lexicographer.eval.store.RunStore;
import org.lexicographer.eval.store.StatisticsStore;
import org.lexicographer.eval.text.TextFiles;
import org.lexicographer.eval.view.ProgressBoard;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.LanguageModels;
import org.lexicographer.languagemodel.folder.CacheLimit;
import org.lexicographer.languagemodel.folder.ModelFolders;
import org.lexicographer.languagemodel.hub.HubSources;
import org.lexicographer.languagemodel.text.SourceFiles;
import org.lexicographer.languagemodel.tokenizer.RunChatTemplates;
import org.lexicographer.languagemodel.weights.ModelDevices;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.hub.Hub;
import org.lexicographer.objectstore.hub.HubStore;
import org.lexicographer.objectstore.service.LocalFilesConfig;
import org.lexicographer.objectstore.service.Patient;
import org.lexicographer.pipeline.dataset.DocumentReader;
import org.lexicographer.runtime.DatasetConfig;
import org.lexicographer.runtime.LanguageModelConfig;
import org.lexicographer.runtime.LeavingConfig;
import org.lexicographer.runtime.health.Worker;
import org.lexicographer.runtime.retention.RetentionConfig;
import org.lexicographer.runtime.retention.RetentionSchedule;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the service together from its plain parts. Whoever asks over HTTP is told of an outage of
 * the store within seconds; an evaluation that has begun waits it out.
 */
@ApplicationScoped
public class EvalBeans {

    private static final Logger LOG = LoggerFactory.getLogger(EvalBeans.class);

    /** How much of what was run for statistics is kept in files: 1 GiB. */
    private static final long KEPT_BYTES = 1L << 30;

    private final EvalConfig config;

    /** A thread that liveness asks about. */
    private record WatchedThread(String name, BooleanSupplier well) implements Worker {

        @Override
        public boolean isWell() {
            return well.getAsBoolean();
        }
    }

    EvalBeans(EvalConfig config) {
        this.config = config;
    }

    @Produces
    @Singleton
    RunStore runStore(ObjectStore store) {
        return new RunStore(store);
    }

    @Produces
    @Singleton
    DictionaryStore dictionaryStore(ObjectStore store) {
        return new DictionaryStore(store);
    }

    @Produces
    @Singleton
    EvaluationStore evaluationStore(ObjectStore store) {
        return new EvaluationStore(store);
    }

    @Produces
    @Singleton
    RecentEvaluations recentEvaluations(DictionaryStore dictionaries, EvaluationStore evaluations) {
        return new RecentEvaluations(dictionaries, evaluations, InstantSource.system());
    }

    @Produces
    @Singleton
    StatisticsStore statisticsStore(ObjectStore store) {
        return new StatisticsStore(store);
    }

    @Produces
    @Singleton
    ExplanationStore explanationStore(ObjectStore store) {
        return new ExplanationStore(store);
    }

    @Produces
    @Singleton
    HubSources hubSources(HubStore hub) {
        return new HubSources(hub);
    }

    @Produces
    @Singleton
    ModelFolders modelFolders(
            @Patient ObjectStore store,
            LocalFilesConfig localFiles,
            HubSources hub,
            LanguageModelConfig languageModel) {
        ModelFolders folders =
                new ModelFolders(
                        store,
                        config.modelFolder(),
                        localFiles.allowed(),
                        hub,
                        new CacheLimit(
                                languageModel.cacheSize().map(MemorySize::asLongValue),
                                InstantSource.system()));
        folders.removeLeftovers();
        return folders;
    }

    @Produces
    @Singleton
    LanguageModels<LanguageModel> languageModels(
            ModelFolders folders, LanguageModelConfig languageModel) {
        ModelDevices devices =
                ModelDevices.named(config.device(), languageModel.memory().asLongValue());
        LOG.info("evaluates: devices={}", devices);
        return new LanguageModels<>(
                folders::find,
                new LanguageModels.Loading<>(
                        (folder, part) -> LanguageModel.load(folder, devices, part.type()),
                        LanguageModel::close),
                config.modelIdle(),
                InstantSource.system());
    }

    @Produces
    @Singleton
    EvalMetrics evalMetrics(MeterRegistry registry) {
        return new EvalMetrics(registry);
    }

    @Produces
    @Singleton
    KeptLatents keptLatents() {
        return new KeptLatents(KEPT_BYTES);
    }

    void close(@Disposes KeptLatents kept) {
        kept.close();
    }

    @Produces
    @Singleton
    EvaluationStage evaluationStage(
            @Patient ObjectStore store,
            LanguageModels<LanguageModel> models,
            ModelFolders folders,
            KeptLatents kept,
            RecentEvaluations recent) {
        return new EvaluationStage(
                new RunStore(store),
                new DictionaryStore(store),
                new EvaluationStore(store, recent::stored),
                models,
                new LatentKeeper(kept, folders),
                config.dictionaryMemory().asLongValue());
    }

    @Produces
    @Singleton
    EvaluationJobs evaluationJobs(
            EvaluationStage stage,
            EvaluationOutput output,
            @Patient ObjectStore store,
            EvalMetrics metrics,
            LeavingConfig leaving) {
        EvaluationJobs.Settings settings =
                new EvaluationJobs.Settings(
                        config.intermediate(),
                        config.heldOutCheck(),
                        config.retryPause(),
                        config.outageLimit(),
                        leaving.jobs());
        return new EvaluationJobs(
                stage,
                output,
                new PlanStore(store)::want,
                settings,
                InstantSource.system(),
                metrics);
    }

    @Produces
    @Singleton
    TextFiles textFiles(
            @Patient ObjectStore store,
            LocalFilesConfig localFiles,
            HubSources hub,
            DatasetConfig dataset) {
        return new TextFiles(
                new DocumentReader(
                        new SourceFiles(store, localFiles.allowed(), hub),
                        dataset.zstdWindowMax().asLongValue(),
                        config.maxFileSize().asLongValue()),
                new RunChatTemplates(store, hub));
    }

    @Produces
    @Singleton
    TextEvaluations textEvaluations(
            EvaluationStage stage, ModelFolders folders, TextFiles files, EvaluationOutput output) {
        return new TextEvaluations(stage, folders, files, output, config.maxContexts());
    }

    @Produces
    @Singleton
    StatisticsPlanner statisticsPlanner(@Patient ObjectStore store) {
        return new StatisticsPlanner(
                new RunStore(store),
                new DictionaryStore(store),
                new StatisticsStore(store),
                new PlanStore(store),
                new NearestStore(store),
                config.dictionaryMemory().asLongValue());
    }

    @Produces
    @Singleton
    Worker evaluationThread(EvaluationJobs jobs) {
        return new WatchedThread("evaluation", jobs::isWell);
    }

    @Produces
    @Singleton
    StatisticsStage statisticsStage(
            @Patient ObjectStore store,
            LanguageModels<LanguageModel> models,
            ModelFolders folders,
            KeptLatents kept,
            EvaluationJobs evaluations) {
        StatisticsTurn turn =
                new StatisticsTurn(
                        evaluations::isAtWork, config.statisticsWait(), InstantSource.system());
        return new StatisticsStage(
                new RunStore(store),
                new DictionaryStore(store),
                new StatisticsStore(store),
                new PlanStore(store),
                models,
                folders,
                kept,
                new StatisticsStage.Claiming(
                        UUID.randomUUID().toString(),
                        config.claim(),
                        InstantSource.system(),
                        turn::hasCome));
    }

    @Produces
    @Singleton
    NearestStore nearestStore(ObjectStore store) {
        return new NearestStore(store);
    }

    @Produces
    @Singleton
    NearestWork nearestWork(@Patient ObjectStore store) {
        NearestStore nearest = new NearestStore(store);
        return new NearestWork(
                new DictionaryStore(store),
                nearest,
                nearest.claims(
                        UUID.randomUUID().toString(), config.claim(), InstantSource.system()));
    }

    @Produces
    @Singleton
    StatisticsJobs statisticsJobs(
            StatisticsPlanner planner,
            StatisticsStage stage,
            NearestWork nearest,
            LeavingConfig leaving) {
        return new StatisticsJobs(
                planner, stage, nearest, config.statisticsCheck(), leaving.jobs());
    }

    @Produces
    @Singleton
    Worker statisticsThread(StatisticsJobs jobs) {
        return new WatchedThread("statistics", jobs::isWell);
    }

    @Produces
    @Singleton
    RetentionSchedule retentionSchedule(
            ObjectStore store, RetentionConfig retention, MeterRegistry registry) {
        Kept kept = new Kept(config.statisticsRetention(), config.earlierStatisticsRetention());
        InstantSource clock = InstantSource.system();
        String owner = UUID.randomUUID().toString();
        StatisticsRetention statistics =
                new StatisticsRetention(
                        store,
                        kept,
                        clock,
                        PlanStore.retentionTurns(store, owner, config.claim(), clock));
        return new RetentionSchedule(
                kept.isForEver() ? List.of() : List.of(statistics::sweep),
                retention.check(),
                registry);
    }

    @Produces
    @Singleton
    StatisticsRequests statisticsRequests(
            ObjectStore store, TextEvaluations texts, EvaluationStage stage) {
        StatisticsStore statistics = new StatisticsStore(store);
        PlanStore plans = new PlanStore(store);
        StatisticsPlanner planner =
                new StatisticsPlanner(
                        new RunStore(store),
                        new DictionaryStore(store),
                        statistics,
                        plans,
                        new NearestStore(store),
                        config.dictionaryMemory().asLongValue());
        return new StatisticsRequests(
                new RunStore(store), texts, stage, statistics, planner, plans);
    }

    @Produces
    @Singleton
    DictionaryInModel dictionaryInModel(
            RunStore runs,
            DictionaryStore dictionaries,
            LanguageModels<LanguageModel> models,
            ModelFolders folders,
            DictionaryMemoryLock memoryLock) {
        return new DictionaryInModel(runs, dictionaries, models, folders, memoryLock);
    }

    @Produces
    @Singleton
    LatentsOnText latentsOnText(DictionaryInModel dictionaries) {
        return new LatentsOnText(dictionaries);
    }

    @Produces
    @Singleton
    LatentAblations latentAblations(DictionaryInModel dictionaries) {
        return new LatentAblations(dictionaries);
    }

    @Produces
    @Singleton
    DictionaryMemoryLock memoryLock() {
        return new DictionaryMemoryLock();
    }

    @Produces
    @Singleton
    DictionaryExports dictionaryExports(
            DictionaryStore dictionaries,
            StatisticsStore statistics,
            DictionaryMemoryLock memoryLock) {
        return new DictionaryExports(dictionaries, statistics, memoryLock);
    }

    @Produces
    @Singleton
    RunPublications runPublications(
            RunStore runs,
            DictionaryStore dictionaries,
            EvaluationStore evaluations,
            DictionaryExports exports) {
        return new RunPublications(runs, dictionaries, evaluations, exports);
    }

    @Produces
    @Singleton
    ModelFit modelFit(LanguageModels<LanguageModel> models) {
        return new ModelFit(models);
    }

    @Produces
    @Singleton
    DictionaryImports dictionaryImports(
            ObjectStore store,
            Hub hub,
            ModelFit fit,
            EvaluationOutput output,
            DictionaryMemoryLock memoryLock) {
        return new DictionaryImports(
                new RunStore(store),
                new DictionaryStore(store),
                fit,
                output,
                memoryLock,
                new DictionarySources(new HubSources(new HubStore(store, hub)), store),
                new EvaluationStore(store),
                config.maxImportSize().asLongValue());
    }

    @Produces
    @Singleton
    ProgressBoard progressBoard() {
        return new ProgressBoard();
    }
}
