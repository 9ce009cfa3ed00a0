package org.lexicographer.trainer.initial;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.config.DictionaryFormat;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.DictionaryReference;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.stored.StoredDictionary;
import org.lexicographer.runstore.StoredEnds;

/** The dictionaries in the store, as starts of others. */
public final class InitialDictionaries {

    private static final List<String> FILES =
            List.of(DictionaryFormat.CONFIG_FILE, DictionaryFormat.WEIGHTS_FILE);

    private final ObjectStore objects;
    private final Path workFolder;

    /**
     * Looks into a store.
     *
     * @param workFolder where weights lie while they are read
     */
    public InitialDictionaries(ObjectStore objects, Path workFolder) {
        this.objects = requireNonNull(objects, "objects is null");
        this.workFolder = requireNonNull(workFolder, "workFolder is null");
    }

    /**
     * Returns the reference with the step of what it refers to.
     *
     * @throws DictionaryException when there is no such dictionary, or it is still in training and
     *     no step is named
     */
    public DictionaryReference pin(DictionaryReference reference) {
        List<Long> steps = steps(reference.dictionary());
        if (steps.isEmpty()) {
            throw new DictionaryException("no such dictionary: dictionary=" + reference);
        }
        if (reference.step().isPresent()) {
            if (!steps.contains(reference.step().getAsLong())) {
                throw new DictionaryException(
                        "no such checkpoint: dictionary=%s, steps=%s".formatted(reference, steps));
            }
            return reference;
        }
        if (!isComplete(reference.dictionary(), steps)) {
            throw new DictionaryException(
                    "run has not ended, so a step is needed: dictionary=%s, steps=%s"
                            .formatted(reference, steps));
        }
        return reference.at(steps.getLast());
    }

    /** Returns the steps after which a dictionary was saved, ascending. */
    private List<Long> steps(DictionaryId dictionary) {
        try (Stream<ObjectStat> stored = objects.list(ObjectKeys.dictionary(dictionary))) {
            return stored.flatMap(it -> StoredDictionary.ofConfigKey(it.key()).stream())
                    .map(StoredDictionary::step)
                    .sorted()
                    .toList();
        }
    }

    private boolean isComplete(DictionaryId dictionary, List<Long> steps) {
        DictionaryReference last =
                new DictionaryReference(dictionary, OptionalLong.of(steps.getLast()));
        return hasEnded(dictionary.run()) || config(last).imported().isPresent();
    }

    private boolean hasEnded(String run) {
        return new StoredEnds(objects).state(run).equals(Optional.of(State.ENDED));
    }

    /**
     * Returns the config of a dictionary as it was after a step.
     *
     * @param pinned names the step
     * @throws DictionaryException when it is missing or not valid
     */
    public DictionaryConfig config(DictionaryReference pinned) {
        try {
            return DictionaryFormat.readConfig(
                    objects.bytes(prefix(pinned) + DictionaryFormat.CONFIG_FILE));
        } catch (ObjectNotFoundException e) {
            throw incomplete(pinned, e);
        }
    }

    /**
     * Returns a dictionary as it was after a step, or in the end; its arrays belong to the manager.
     *
     * @throws DictionaryException when it is missing or its files are not valid
     */
    public Dictionary load(DictionaryReference reference, NDManager manager) {
        DictionaryReference pinned = pin(reference);
        try {
            Files.createDirectories(workFolder);
            Path folder = Files.createTempDirectory(workFolder, "dictionary-");
            try {
                copy(pinned, folder);
                return DictionaryFormat.read(manager, folder);
            } finally {
                delete(folder);
            }
        } catch (ObjectNotFoundException e) {
            throw incomplete(pinned, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void copy(DictionaryReference pinned, Path folder) throws IOException {
        for (String name : FILES) {
            try (InputStream content = objects.get(prefix(pinned) + name)) {
                Files.copy(content, folder.resolve(name));
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        for (String name : FILES) {
            Files.deleteIfExists(folder.resolve(name));
        }
        Files.delete(folder);
    }

    private static String prefix(DictionaryReference pinned) {
        return ObjectKeys.dictionary(pinned.dictionary(), pinned.step().orElseThrow());
    }

    private static DictionaryException incomplete(
            DictionaryReference pinned, ObjectNotFoundException e) {
        return new DictionaryException("dictionary incomplete: dictionary=" + pinned, e);
    }
}
