package org.lexicographer.eval.explanation;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;

/**
 * Keeps explanations beside their dictionaries, those of {@value #CHUNK} latents in one object, so
 * that a table of all latents takes few reads. A writer says which explanation it has seen: of two
 * that have seen the same one, in whichever replicas, the second is refused.
 */
public final class ExplanationStore {

    private static final int CHUNK = 1024;

    private final ObjectStore store;

    public ExplanationStore(ObjectStore store) {
        this.store = requireNonNull(store, "store is null");
    }

    /** Returns the explanation of a latent, if it has one. */
    public Optional<Explanation> find(ExplainedLatent latent) {
        return read(key(latent)).of(latent.latent());
    }

    /** Returns all explanations of a dictionary's latents after a step, by their numbers. */
    public SortedMap<Integer, Explanation> all(DictionaryId dictionary, long step) {
        List<String> keys;
        try (Stream<ObjectStat> stored = store.list(ObjectKeys.explanations(dictionary, step))) {
            keys = stored.map(ObjectStat::key).toList();
        }
        SortedMap<Integer, Explanation> all = new TreeMap<>();
        keys.forEach(key -> all.putAll(read(key).explanations()));
        return all;
    }

    /**
     * Explains a latent.
     *
     * @param seen the {@link Explanation#tag} of the explanation that is replaced; empty when the
     *     latent had none
     * @throws ExplanationChangedException when it has another one
     */
    public void put(ExplainedLatent latent, Optional<String> seen, Explanation explanation) {
        change(latent, seen, Optional.of(explanation));
    }

    /**
     * Removes the explanation of a latent.
     *
     * @param seen its tag
     * @throws ExplanationChangedException when the latent has another one, or none any more
     */
    public void remove(ExplainedLatent latent, String seen) {
        change(latent, Optional.of(seen), Optional.empty());
    }

    /** Tries until no other writer comes between: each time that one does, it has come through. */
    private void change(
            ExplainedLatent latent, Optional<String> seen, Optional<Explanation> explanation) {
        String key = key(latent);
        boolean stored = false;
        while (!stored) {
            Optional<ObjectStat> before = store.stat(key);
            ExplanationChunk chunk = before.isEmpty() ? ExplanationChunk.EMPTY : read(key);
            Optional<String> found = chunk.of(latent.latent()).map(Explanation::tag);
            if (!found.equals(seen)) {
                throw new ExplanationChangedException(latent, seen, found);
            }
            byte[] bytes = Json.write(chunk.with(latent.latent(), explanation));
            stored =
                    before.map(it -> store.putIfMatch(key, it.etag(), bytes))
                            .orElseGet(() -> store.putIfAbsent(key, bytes))
                            .isPresent();
        }
    }

    private ExplanationChunk read(String key) {
        try {
            return Json.read(store.bytes(key), ExplanationChunk.class);
        } catch (ObjectNotFoundException none) {
            return ExplanationChunk.EMPTY;
        }
    }

    private static String key(ExplainedLatent latent) {
        return "%s%05d.json"
                .formatted(
                        ObjectKeys.explanations(latent.dictionary(), latent.step()),
                        latent.latent() / CHUNK);
    }
}
