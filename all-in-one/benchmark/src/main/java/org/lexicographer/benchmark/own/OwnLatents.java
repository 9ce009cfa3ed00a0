package org.lexicographer.benchmark.own;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.lexicographer.benchmark.work.LatentsWork;
import org.lexicographer.dictionary.config.DictionaryFormat;
import org.lexicographer.dictionary.exchange.Dictionaries;
import org.lexicographer.dictionary.exchange.folder.LoadedDictionary;
import org.lexicographer.eval.nearest.NearestStore;
import org.lexicographer.eval.statistics.PlanStore;
import org.lexicographer.eval.statistics.StatisticsPlanner;
import org.lexicographer.eval.statistics.StatisticsStage;
import org.lexicographer.eval.statistics.kept.KeptLatents;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.RunStore;
import org.lexicographer.eval.store.StatisticsStore;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.LanguageModels;
import org.lexicographer.languagemodel.folder.ModelFolders;
import org.lexicographer.languagemodel.weights.ModelDevices;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.block.DatasetPosition;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.pipeline.block.TokenBlockFormat;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.RunEnd;

/**
 * Statistics of latents as eval-service makes them once a run has ended, from planning to the last
 * object, in a store in memory. Nothing is known of an evaluation: both passes are made.
 */
final class OwnLatents extends Timed {

    private static final String RUN = "demo";
    private static final int STEP = 1;
    private static final Duration LONG = Duration.ofHours(1);
    private static final long KEPT_BYTES = 1L << 30;

    private final ObjectStore store = new InMemoryObjectStore("benchmark");
    private final KeptLatents kept = new KeptLatents(KEPT_BYTES);
    private final LanguageModels<LanguageModel> models;
    private final ModelFolders folders;
    private final List<DictionaryCheckpoint> checkpoints = new ArrayList<>();

    OwnLatents(LatentsWork work) {
        super("lexicographer");
        Path cache = work.texts().path().resolveSibling("cache");
        folders = new ModelFolders(store, cache, true);
        ModelDevices devices = ModelDevices.only(work.place().toDevice(), Long.MAX_VALUE);
        models =
                new LanguageModels<>(
                        folders::find,
                        new LanguageModels.Loading<>(
                                (folder, part) -> LanguageModel.load(folder, devices, part.type()),
                                LanguageModel::close),
                        LONG,
                        InstantSource.system());
        storeRun(work);
        try (NDManager manager = NDManager.newBaseManager()) {
            work.dictionaries().forEach(folder -> storeDictionary(Path.of(folder), manager));
        }
    }

    /** The demo's run with the work's text held out. */
    private void storeRun(LatentsWork work) {
        try (var demo = OwnLatents.class.getResourceAsStream("/demo-run.json")) {
            ObjectNode spec = (ObjectNode) Json.tree(demo.readAllBytes());
            spec.put("run", RUN).put("contextLength", work.texts().contextLength());
            spec.withObject("/languageModel").put("uri", work.texts().path().toUri().toString());
            spec.withObject("/tokenBlock").put("contexts", LatentsWork.BATCH_CONTEXTS);
            spec.withObject("/statistics").put("contexts", work.texts().contexts());
            store.put(ObjectKeys.runSpec(RUN), RunSpec.read(spec).toJson());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        TokenBlock text =
                new TokenBlock(
                        0,
                        work.texts().contextLength(),
                        work.texts().read(),
                        DatasetPosition.START);
        store.put(ObjectKeys.heldOutContexts(RUN, 0), TokenBlockFormat.encode(text));
        String complete = "{\"contexts\":%d}".formatted(work.texts().contexts());
        store.put(ObjectKeys.heldOutComplete(RUN), complete.getBytes());
        store.put(ObjectKeys.runEnd(RUN), new RunEnd(State.ENDED, Optional.empty()).toJson());
    }

    private void storeDictionary(Path folder, NDManager manager) {
        ByteArrayOutputStream weights = new ByteArrayOutputStream();
        try (LoadedDictionary loaded = Dictionaries.load(folder, manager)) {
            DictionaryFormat.weights(loaded.dictionary()).writeTo(weights);
            Site site = loaded.config().site();
            DictionaryId id = new DictionaryId(RUN, site, "drawn");
            String prefix = ObjectKeys.dictionary(id, STEP);
            store.put(prefix + DictionaryFormat.WEIGHTS_FILE, weights.toByteArray());
            store.put(
                    prefix + DictionaryFormat.CONFIG_FILE,
                    DictionaryFormat.config(loaded.config()));
            checkpoints.add(new DictionaryCheckpoint(id, STEP, STEP, true, prefix));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    void act() {
        removeResults();
        PlanStore plans = new PlanStore(store);
        checkpoints.forEach(plans::want);
        new StatisticsPlanner(
                        new RunStore(store),
                        new DictionaryStore(store),
                        new StatisticsStore(store),
                        plans,
                        new NearestStore(store),
                        KEPT_BYTES)
                .planWanted();
        StatisticsStage stage = stage(plans);
        plans.plans().forEach(stage::advance);
        if (!plans.plans().isEmpty()) {
            throw new IllegalStateException("statistics not made");
        }
    }

    private void removeResults() {
        store.deleteAll(
                store.list(ObjectKeys.dictionaries(RUN))
                        .map(ObjectStat::key)
                        .filter(key -> key.contains("statistics."))
                        .toList());
    }

    private StatisticsStage stage(PlanStore plans) {
        return new StatisticsStage(
                new RunStore(store),
                new DictionaryStore(store),
                new StatisticsStore(store),
                plans,
                models,
                folders,
                kept,
                new StatisticsStage.Claiming(
                        UUID.randomUUID().toString(), LONG, InstantSource.system(), () -> true));
    }

    @Override
    public void close() {
        kept.close();
        models.close();
    }
}
