package org.lexicographer.eval.store;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toSet;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;

/** What each owner has imported, in bytes: an object for each dictionary. */
public final class ImportAccounts {

    private final ObjectStore store;

    /** Keeps the accounts in this store. */
    public ImportAccounts(ObjectStore store) {
        this.store = requireNonNull(store, "store is null");
    }

    /** What is stored of an import. */
    private record Import(long bytes) {

        Import {
            new Checks().notNegative("bytes", bytes).end();
        }
    }

    /** Adds a dictionary, with as many bytes as it has in the store, to what an owner has. */
    public void add(String owner, DictionaryCheckpoint imported) {
        long bytes = list(imported.prefix()).stream().mapToLong(ObjectStat::size).sum();
        store.put(ObjectKeys.importOf(owner, imported.dictionary()), Json.write(new Import(bytes)));
    }

    /** Returns the bytes of all that an owner has imported, but some dictionaries. */
    public long bytes(String owner, Set<DictionaryId> without) {
        Set<String> keys =
                without.stream().map(id -> ObjectKeys.importOf(owner, id)).collect(toSet());
        return list(ObjectKeys.importsOf(owner)).stream()
                .filter(it -> !keys.contains(it.key()))
                .mapToLong(it -> Json.read(store.bytes(it.key()), Import.class).bytes())
                .sum();
    }

    private List<ObjectStat> list(String prefix) {
        try (Stream<ObjectStat> objects = store.list(prefix)) {
            return objects.toList();
        }
    }
}
