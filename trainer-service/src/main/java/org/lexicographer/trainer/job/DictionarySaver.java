package org.lexicographer.trainer.job;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.config.DictionaryFormat;
import org.lexicographer.dictionary.config.Lineage;
import org.lexicographer.dictionary.config.Lineage.Stopped;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.message.DatasetShard;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.trainer.checkpoint.StoredContent;
import org.lexicographer.trainer.stage.TrainerStage;
import org.lexicographer.trainer.watch.Stop;

/**
 * Saves the dictionaries of a stage with their lineage. The config comes last, so a dictionary
 * whose config is there is complete.
 */
final class DictionarySaver {

    private final ObjectStore objects;
    private final StoredContent content;
    private final RunSpec spec;
    private final Site site;
    private final String codeVersion;
    private final Device device;
    private final long before;

    /** What this job has written last, by recipe: readers may be at it, and it stays as it is. */
    private final Map<String, DictionaryCheckpoint> newest = new HashMap<>();

    /**
     * Saves the dictionaries of a job.
     *
     * @param before the steps after which dictionaries are those that the run had ended with before
     *     it was given more, and stay as they are; 0 for a run that was not
     */
    DictionarySaver(JobContext context, RunSpec spec, Site site, long before) {
        this.before = before;
        this.objects = context.objects();
        this.content = new StoredContent(objects, context.workFolder());
        this.spec = spec;
        this.site = site;
        this.codeVersion = context.codeVersion();
        this.device = context.device();
    }

    /** Saves the dictionary of a recipe that has been trained and continues, unless one stays. */
    Optional<DictionaryCheckpoint> save(TrainerStage stage, RecipeSpec recipe) {
        return stage.steps() > before
                ? Optional.of(write(stage, recipe, Optional.empty()))
                : Optional.empty();
    }

    /**
     * Saves the last dictionary of a recipe that has been trained. That of a recipe that diverged
     * or broke was saved at its last sound checkpoint, if there was one; the reason is added there.
     * Later ones, saved before the loss showed that they are not sound, are removed.
     *
     * @return the dictionary; empty where the recipe failed before there was one
     */
    Optional<DictionaryCheckpoint> saveFinal(TrainerStage stage, RecipeSpec recipe) {
        Optional<Stop> stop = Optional.ofNullable(stage.stops().get(recipe.name()));
        if (stop.filter(it -> !it.leavesDictionary()).isPresent()) {
            return Optional.empty();
        }
        DictionaryCheckpoint last = last(stage, recipe, stop);
        stop.filter(Stop::isFailure).ifPresent(cause -> removeLater(last));
        return Optional.of(
                new DictionaryCheckpoint(
                        last.dictionary(), last.step(), last.tokens(), true, last.prefix()));
    }

    private DictionaryCheckpoint last(TrainerStage stage, RecipeSpec recipe, Optional<Stop> stop) {
        boolean saved = stop.filter(Stop::isFailure).isPresent() && stage.steps(recipe) > 0;
        if (saved) {
            return amend(stage, recipe, stop.orElseThrow().why());
        }
        DictionaryCheckpoint now = checkpoint(stage, recipe);
        boolean isThere = stop.isEmpty() && now.equals(newest.get(recipe.name()));
        return isThere ? now : write(stage, recipe, stop.map(Stop::why));
    }

    private void removeLater(DictionaryCheckpoint last) {
        String firstOwn = ObjectKeys.dictionary(last.dictionary(), before + 1);
        try (Stream<ObjectStat> saved = objects.list(ObjectKeys.dictionary(last.dictionary()))) {
            // Steps are written with as many digits, so keys have their order.
            objects.deleteAll(
                    saved.map(ObjectStat::key)
                            .filter(key -> !key.startsWith(last.prefix()))
                            .filter(key -> key.compareTo(last.prefix()) > 0)
                            .filter(key -> key.compareTo(firstOwn) >= 0)
                            .toList());
        }
    }

    private DictionaryCheckpoint amend(TrainerStage stage, RecipeSpec recipe, Stopped why) {
        DictionaryCheckpoint saved = checkpoint(stage, recipe);
        String key = saved.prefix() + DictionaryFormat.CONFIG_FILE;
        DictionaryConfig config = DictionaryFormat.readConfig(objects.bytes(key));
        Optional<Lineage> lineage = config.lineage().map(before -> before.stoppedBy(why));
        objects.put(key, DictionaryFormat.config(config.withLineage(lineage)));
        return saved;
    }

    private DictionaryCheckpoint checkpoint(TrainerStage stage, RecipeSpec recipe) {
        DictionaryId id = new DictionaryId(spec.run(), site, recipe.name());
        long step = stage.steps(recipe);
        String prefix = ObjectKeys.dictionary(id, step);
        return new DictionaryCheckpoint(id, step, stage.tokens(recipe), false, prefix);
    }

    private DictionaryCheckpoint write(
            TrainerStage stage, RecipeSpec recipe, Optional<Stopped> why) {
        DictionaryCheckpoint saved = checkpoint(stage, recipe);
        try (NDManager owner = NDManager.newBaseManager(device);
                Dictionary dictionary = stage.dictionary(recipe, owner).orElseThrow()) {
            DictionaryConfig config =
                    DictionaryConfig.of(
                            dictionary,
                            site,
                            recipe.target(site),
                            stage.normalization(recipe),
                            Optional.of(lineage(stage, recipe, why)));
            content.upload(
                    saved.prefix() + DictionaryFormat.WEIGHTS_FILE,
                    DictionaryFormat.weights(dictionary));
            objects.put(
                    saved.prefix() + DictionaryFormat.CONFIG_FILE, DictionaryFormat.config(config));
        }
        newest.put(recipe.name(), saved);
        return saved;
    }

    private Lineage lineage(TrainerStage stage, RecipeSpec recipe, Optional<Stopped> why) {
        return new Lineage(
                spec.run(),
                spec.languageModel().uri(),
                spec.languageModel().revision(),
                trainingShards(),
                stage.tokens(recipe),
                stage.steps(recipe),
                new Lineage.Seeds(spec.training().seed(), recipe.seed()),
                codeVersion,
                Json.toTree(recipe),
                Optional.of(Json.toTree(spec.training())),
                why);
    }

    private List<String> trainingShards() {
        try (Stream<ObjectStat> shards = objects.list(ObjectKeys.datasetShards(spec.run()))) {
            return shards.map(shard -> DatasetMessage.read(objects.bytes(shard.key())))
                    .filter(DatasetShard.class::isInstance)
                    .map(DatasetShard.class::cast)
                    .filter(shard -> shard.split() == DatasetShard.Split.TRAINING)
                    .map(DatasetShard::uri)
                    .toList();
        }
    }
}
