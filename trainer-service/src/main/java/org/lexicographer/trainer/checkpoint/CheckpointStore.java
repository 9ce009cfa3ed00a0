package org.lexicographer.trainer.checkpoint;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.UploadSource;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.account.RowAccount;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.checkpoint.Checkpoint.StoredObject;
import org.lexicographer.trainer.watch.Stop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one trainer job in the object store. Objects are written under new keys and
 * then named by the manifest in one conditional write, so a checkpoint is whole or absent, and an
 * owner that lost the job cannot name one any more.
 *
 * <p>For use by the one thread of its job.
 */
public final class CheckpointStore {

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);

    private static final Pattern GENERATION = Pattern.compile("-generation-(\\d+)/");

    private final ObjectStore objects;
    private final String prefix;
    private final String continuation;
    private final String manifestKey;
    private final StoredContent content;
    private final Set<Long> wantedSteps;
    private CheckpointManifest manifest;
    private String etag;

    private CheckpointStore(ObjectStore objects, RunSpec spec, Site site, Path workFolder) {
        this.objects = objects;
        this.prefix = ObjectKeys.checkpoints(spec.run(), site);
        this.continuation = ObjectKeys.continuationObjects(spec.run(), site);
        this.manifestKey = ObjectKeys.checkpointManifest(spec.run(), site);
        this.content = new StoredContent(objects, workFolder);
        this.wantedSteps = Set.copyOf(spec.training().keepCheckpoints());
    }

    /**
     * Takes over a job: from now on former owners cannot name checkpoints any more. One that has
     * finished, of a run that has been given more steps since, goes on.
     *
     * @param workFolder where large objects lie while they are read
     * @throws JobLostException when somebody else takes it over at the same moment
     */
    public static CheckpointStore takeOver(
            ObjectStore objects, RunSpec spec, Site site, Path workFolder) {
        CheckpointStore store = new CheckpointStore(objects, spec, site, workFolder);
        Optional<ObjectStat> found = objects.stat(store.manifestKey);
        if (found.isEmpty()) {
            store.create(CheckpointManifest.NONE.nextGeneration());
        } else {
            store.etag = found.get().etag();
            CheckpointManifest before = store.read();
            boolean goesOn = before.isFinished() && !before.isFinished(spec.training().steps());
            store.replace((goesOn ? before.reopened() : before).nextGeneration());
        }
        return store;
    }

    /**
     * Reads the manifest of a job without taking it over; an empty one when nobody owned it yet.
     */
    public static CheckpointManifest peek(ObjectStore objects, String run, Site site) {
        try {
            byte[] json = objects.bytes(ObjectKeys.checkpointManifest(run, site));
            return Json.read(json, CheckpointManifest.class);
        } catch (ObjectNotFoundException e) {
            return CheckpointManifest.NONE;
        }
    }

    /**
     * Returns what {@link #removeUnwanted} would remove of a job.
     *
     * @return the objects, in no order
     */
    public static List<ObjectStat> unwanted(ObjectStore objects, RunSpec spec, Site site) {
        CheckpointStore store = new CheckpointStore(objects, spec, site, Path.of(""));
        store.manifest = peek(objects, spec.run(), site).atRest(store.wantedSteps);
        return store.pruned();
    }

    /**
     * Removes what a job has kept to go on from, but the checkpoints that its run's spec wants. Its
     * run must have ended, and nobody may be about to let it go on.
     *
     * @throws JobLostException when somebody takes the job over at the same moment
     */
    public static void removeUnwanted(ObjectStore objects, RunSpec spec, Site site) {
        CheckpointStore store = new CheckpointStore(objects, spec, site, Path.of(""));
        Optional<ObjectStat> found = objects.stat(store.manifestKey);
        if (found.isPresent()) {
            store.etag = found.get().etag();
            store.replace(store.read().atRest(store.wantedSteps));
            store.prune();
        }
    }

    private CheckpointManifest read() {
        return Json.read(objects.bytes(manifestKey), CheckpointManifest.class);
    }

    private void create(CheckpointManifest first) {
        take(first, objects.putIfAbsent(manifestKey, Json.writePretty(first)));
    }

    private void replace(CheckpointManifest next) {
        take(next, objects.putIfMatch(manifestKey, etag, Json.writePretty(next)));
    }

    private void take(CheckpointManifest next, Optional<ObjectStat> written) {
        if (written.isEmpty()) {
            throw new JobLostException(
                    "checkpoint manifest changed by another owner: generation=%d, key=%s"
                            .formatted(next.generation(), manifestKey));
        }
        etag = written.get().etag();
        manifest = next;
    }

    /** Tells whether the job has saved the final dictionaries of the run as it is. */
    public boolean isFinished() {
        return manifest.isFinished();
    }

    /** Reads a checkpoint's objects back into a job. */
    @FunctionalInterface
    public interface Restorer {

        /**
         * Restores from a checkpoint whose checksums were right.
         *
         * @param buffer the rows of the shuffle buffer
         * @param recipes the recipes' states
         */
        void restore(Checkpoint checkpoint, DataInputStream buffer, TensorSource recipes)
                throws IOException;
    }

    /**
     * Restores the newest checkpoint; one that is damaged is passed over, loudly, in favour of the
     * one before.
     *
     * @return what was restored, or empty when the job starts from its beginning
     * @throws DamagedCheckpointException when there are checkpoints and all are damaged
     */
    public Optional<Checkpoint> restoreNewest(Restorer restorer) {
        boolean damaged = false;
        for (Checkpoint checkpoint : manifest.resumable().reversed()) {
            try {
                restore(checkpoint, restorer);
                return Optional.of(checkpoint);
            } catch (DamagedCheckpointException | ObjectNotFoundException e) {
                damaged = true;
                LOG.error(
                        "checkpoint damaged, falling back to the one before: step={}, reason={}",
                        checkpoint.step(),
                        e.getMessage());
                manifest = manifest.without(checkpoint);
            }
        }
        if (damaged) {
            throw new DamagedCheckpointException("every checkpoint is damaged: key=" + manifestKey);
        }
        return Optional.empty();
    }

    private void restore(Checkpoint checkpoint, Restorer restorer) {
        try (WorkFile buffer = content.download(checkpoint.buffer().object());
                WorkFile recipes = content.download(checkpoint.recipes());
                DataInputStream rows =
                        new DataInputStream(
                                new BufferedInputStream(Files.newInputStream(buffer.path())));
                TensorSource tensors = SafetensorsFile.open(recipes.path())) {
            restorer.restore(checkpoint, rows, tensors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What a job gives away to be saved.
     *
     * @param buffer the rows of the shuffle buffer, in serving order
     * @param recipes the recipes' states
     */
    public record Content(UploadSource buffer, SafetensorsWriter recipes) {}

    /** Names the stored objects in a checkpoint. */
    @FunctionalInterface
    public interface Describer {

        /** Returns the checkpoint. */
        Checkpoint describe(StoredObject buffer, StoredObject recipes);
    }

    /**
     * Where a job stands when it is saved. Blocks are taken without a step too, so that a step
     * alone would give two states of a job one key.
     *
     * @param step the steps taken
     * @param nextSequence the number of the block that is taken next
     */
    public record Moment(long step, long nextSequence) {}

    /**
     * Stores a checkpoint, names it, and removes those that are no longer kept.
     *
     * @throws JobLostException when another trainer has taken over the job
     */
    public Checkpoint save(Moment moment, Content state, Describer describer) {
        String folder =
                "%sstep-%010d-block-%d-generation-%d/"
                        .formatted(prefix, moment.step(), moment.nextSequence(), generation());
        StoredObject buffer = content.upload(folder + "buffer.f32", state.buffer());
        StoredObject recipes = content.upload(folder + "recipes.safetensors", state.recipes());
        Checkpoint checkpoint = describer.describe(buffer, recipes);
        replace(manifest.with(checkpoint, wantedSteps));
        prune();
        return checkpoint;
    }

    /**
     * Stores what the job can go on from when it has finished, in place of what was stored before.
     *
     * @param steps the steps that the run was given
     * @param lastBlock the last token block that the state has taken, as it was written
     * @throws JobLostException when another trainer has taken over the job
     */
    public void keep(int steps, Content state, byte[] lastBlock, Describer describer) {
        String folder = "%sgeneration-%d/".formatted(continuation, generation());
        StoredObject buffer = content.upload(folder + "buffer.f32", state.buffer());
        StoredObject recipes = content.upload(folder + "recipes.safetensors", state.recipes());
        StoredObject block =
                content.upload(folder + "last-block.tokens", UploadSource.of(lastBlock));
        Checkpoint checkpoint = describer.describe(buffer, recipes);
        replace(manifest.with(new Continuation(steps, checkpoint, block)));
    }

    private long generation() {
        return manifest.generation();
    }

    /**
     * Says in the manifest that the final dictionaries are saved, and removes all checkpoints but
     * those of wanted steps.
     *
     * @param taken the blocks that the job has trained on
     * @param stops why recipes were stopped before the last step, by name
     * @param rows what became of the rows in these blocks
     * @throws JobLostException when another trainer has taken over the job
     */
    public void finish(SequenceLog taken, Map<String, Stop> stops, RowAccount rows) {
        replace(manifest.asFinished(taken, stops, rows, wantedSteps));
        prune();
    }

    private void prune() {
        objects.deleteAll(pruned().stream().map(ObjectStat::key).toList());
    }

    private List<ObjectStat> pruned() {
        Set<String> named = manifest.keys();
        try (Stream<ObjectStat> all = objects.list(prefix)) {
            return all.filter(object -> !isKept(object.key(), named)).toList();
        }
    }

    /** What a later owner has stored is not this one's to judge. */
    private boolean isKept(String key, Set<String> named) {
        Matcher generation = GENERATION.matcher(key);
        return key.equals(manifestKey)
                || (generation.find() && Long.parseLong(generation.group(1)) > generation())
                || named.contains(key);
    }
}
