package org.lexicographer.runstore.backup;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;

/**
 * What manifests of trainer jobs name as checkpoints: those of a run that was extended may have the
 * keys of what it went on from.
 */
final class NamedCheckpoints {

    private final ObjectStore store;
    private final Map<String, Optional<String>> named = new HashMap<>();

    NamedCheckpoints(ObjectStore store) {
        this.store = requireNonNull(store, "store is null");
    }

    /**
     * Tells whether a checkpoint's object is of one that its job's manifest names as such; all are
     * whose manifest is not readable.
     *
     * @param key {@code runs/{run}/checkpoints/{site}/{checkpoint}/...}
     */
    boolean contains(String key) {
        int checkpoint = key.lastIndexOf('/');
        int job = key.lastIndexOf('/', checkpoint - 1);
        String manifest = key.substring(0, job + 1) + "manifest.json";
        return named.computeIfAbsent(manifest, this::read)
                .filter(text -> !text.contains(key.substring(0, checkpoint + 1)))
                .isEmpty();
    }

    /** Empty where that cannot be told. */
    private Optional<String> read(String manifest) {
        try {
            JsonNode tree = Json.tree(store.bytes(manifest));
            return Optional.of("%s %s".formatted(tree.path("checkpoints"), tree.path("earlier")));
        } catch (ObjectNotFoundException none) {
            return Optional.of("");
        } catch (InvalidFieldsException e) {
            return Optional.empty();
        }
    }
}
