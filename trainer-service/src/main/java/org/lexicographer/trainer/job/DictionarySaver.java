package org.lexicographer.trainer.job;

import ai.djl.ndarray.NDManager;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryConfig;
import org.lexicographer.dictionary.DictionaryFormat;
import org.lexicographer.dictionary.Lineage;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.RunSpec;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.message.DatasetShard;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.objectstore.ObjectStat;
import org.lexicographer.pipeline.objectstore.ObjectStore;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.trainer.TrainerStage;

/**
 * Saves the dictionaries of a stage with their lineage. The config comes last, so a dictionary
 * whose config is there is complete.
 */
final class DictionarySaver {

    private final ObjectStore objects;
    private final RunSpec spec;
    private final Site site;
    private final String codeVersion;

    DictionarySaver(ObjectStore objects, RunSpec spec, Site site, String codeVersion) {
        this.objects = objects;
        this.spec = spec;
        this.site = site;
        this.codeVersion = codeVersion;
    }

    /** Saves one recipe's dictionary; empty when it has not been trained at all. */
    Optional<DictionaryCheckpoint> save(TrainerStage stage, RecipeSpec recipe, boolean isFinal) {
        try (NDManager owner = NDManager.newBaseManager()) {
            Optional<Dictionary> dictionary = stage.dictionary(recipe, owner);
            return dictionary.map(trained -> save(stage, recipe, trained, isFinal));
        }
    }

    private DictionaryCheckpoint save(
            TrainerStage stage, RecipeSpec recipe, Dictionary dictionary, boolean isFinal) {
        DictionaryId id = new DictionaryId(spec.run(), site, recipe.name());
        String prefix = ObjectKeys.dictionary(id, stage.steps());
        DictionaryConfig config =
                DictionaryConfig.of(
                        dictionary,
                        site,
                        recipe.target(site),
                        stage.normalization(recipe),
                        Optional.of(lineage(stage, recipe)));
        objects.put(prefix + DictionaryFormat.WEIGHTS_FILE, weights(dictionary));
        objects.put(prefix + DictionaryFormat.CONFIG_FILE, DictionaryFormat.config(config));
        return new DictionaryCheckpoint(id, stage.steps(), stage.tokens(), isFinal, prefix);
    }

    private static byte[] weights(Dictionary dictionary) {
        SafetensorsWriter weights = DictionaryFormat.weights(dictionary);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(Math.toIntExact(weights.size()));
        try {
            weights.writeTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private Lineage lineage(TrainerStage stage, RecipeSpec recipe) {
        return new Lineage(
                spec.run(),
                spec.languageModel().uri(),
                spec.languageModel().revision(),
                trainingShards(),
                stage.tokens(),
                stage.steps(),
                new Lineage.Seeds(spec.training().seed(), recipe.seed()),
                codeVersion,
                Json.toTree(recipe));
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
