package org.lexicographer.trainer.stage;

import ai.djl.ndarray.NDManager;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.config.DictionaryFormat;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.TrainingCurves;
import org.lexicographer.trainer.checkpoint.Checkpoint;
import org.lexicographer.trainer.checkpoint.CheckpointStore;
import org.lexicographer.trainer.checkpoint.LeftOutRows;
import org.lexicographer.trainer.checkpoint.SequenceLog;
import org.lexicographer.trainer.initial.InitialDictionaries;
import org.lexicographer.trainer.stage.TrainerStage.Advance;
import org.lexicographer.trainer.watch.Stop;

/**
 * Trains a run at its first site to its end, without and with interruptions.
 *
 * @param spec the run
 * @param blocks the number of its token blocks
 * @param streams opens its stream from a block on
 * @param workFolder where checkpoints are prepared
 * @param dictionaries where recipes find others to start from
 */
record StageRuns(
        RunSpec spec,
        long blocks,
        Streams streams,
        Path workFolder,
        InitialDictionaries dictionaries) {

    private static final InitialDictionaries NONE =
            new InitialDictionaries(new InMemoryObjectStore("empty"), Path.of("unused"));

    StageRuns(RunSpec spec, long blocks, Streams streams, Path workFolder) {
        this(spec, blocks, streams, workFolder, NONE);
    }

    StageRuns(RunSpec spec, long blocks, Path workFolder) {
        this(spec, blocks, FakeActivationStream::new, workFolder);
    }

    /** Opens streams. */
    @FunctionalInterface
    interface Streams {

        FakeActivationStream open(RunSpec spec, long next, long blocks);
    }

    /**
     * What came of it; all of it must be the same however often it was interrupted.
     *
     * @param weights the bytes of the dictionaries' weights, by recipe
     * @param steps the steps taken
     * @param stops why recipes were stopped, by recipe
     * @param taken the blocks taken
     * @param leftOut the rows not trained on
     * @param curves what reported steps saw
     */
    record Result(
            Map<String, List<Byte>> weights,
            long steps,
            Map<String, Stop> stops,
            SequenceLog taken,
            LeftOutRows leftOut,
            TrainingCurves curves) {}

    static TrainerStage stage(RunSpec spec, NDManager manager) {
        return new TrainerStage(spec, spec.sites().getFirst(), manager, NONE);
    }

    TrainerStage stage(NDManager manager) {
        return new TrainerStage(spec, spec.sites().getFirst(), manager, dictionaries);
    }

    Result undisturbed(NDManager manager) {
        try (TrainerStage stage = stage(manager)) {
            FakeActivationStream stream = streams.open(spec, 0, blocks);
            while (stage.advance(stream) != Advance.FINISHED) {}
            return result(stage, manager);
        }
    }

    /** Trains, but saves, forgets and restores everything after so many calls, again and again. */
    Result disturbed(NDManager manager, int every) {
        InMemoryObjectStore objects = new InMemoryObjectStore("bucket");
        while (true) {
            CheckpointStore store =
                    CheckpointStore.takeOver(objects, spec, spec.sites().getFirst(), workFolder);
            try (TrainerStage stage = stage(manager)) {
                Optional<Checkpoint> restored = store.restoreNewest(stage::restore);
                long next = restored.map(Checkpoint::nextSequence).orElse(0L);
                FakeActivationStream stream = streams.open(spec, next, blocks);
                Advance advance = Advance.WAITING;
                for (int call = 0; call < every && advance != Advance.FINISHED; call++) {
                    advance = stage.advance(stream);
                }
                if (advance == Advance.FINISHED) {
                    return result(stage, manager);
                }
                if (stage.hasState()) {
                    stage.save(store, stream);
                }
            }
        }
    }

    Result result(TrainerStage stage, NDManager owner) {
        Map<String, List<Byte>> weights = new HashMap<>();
        for (RecipeSpec recipe : spec.recipes()) {
            stage.dictionary(recipe, owner)
                    .ifPresent(dictionary -> weights.put(recipe.name(), bytes(dictionary)));
        }
        return new Result(
                weights,
                stage.steps(),
                stage.stops(),
                stage.taken(),
                stage.leftOut(),
                stage.curves());
    }

    static List<Byte> bytes(Dictionary dictionary) {
        try (dictionary) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DictionaryFormat.weights(dictionary).writeTo(bytes);
            List<Byte> list = new ArrayList<>();
            for (byte b : bytes.toByteArray()) {
                list.add(b);
            }
            return list;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
