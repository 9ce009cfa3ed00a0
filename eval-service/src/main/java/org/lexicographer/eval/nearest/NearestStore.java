package org.lexicographer.eval.nearest;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.lexicographer.eval.definition.Defined;
import org.lexicographer.eval.nearest.DictionaryPair.Member;
import org.lexicographer.eval.recent.MostRecent;
import org.lexicographer.eval.store.Reads;
import org.lexicographer.eval.store.WorkClaims;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.safetensors.SafetensorsRanges;

/**
 * Keeps the nearest latents of pairs of dictionaries, and which pairs are wanted. What was found of
 * a pair is never written again; why nothing was found gives way to what a later try finds.
 */
public final class NearestStore {

    private static final String WANTED = ObjectKeys.STATISTICS + "pairs/wanted/";

    /** Of a pair a few kilobytes are kept. */
    private static final int PAIRS_OPEN = 256;

    private final ObjectStore store;
    private final MostRecent<ObjectStat, StoredPair> opened = MostRecent.ofCount(PAIRS_OPEN);

    public NearestStore(ObjectStore store) {
        this.store = store;
    }

    /** Takes note that a pair is to be compared, unless it was; once more if that failed. */
    public void want(DictionaryPair pair) {
        if (!has(pair)) {
            store.putIfAbsent(wantedKey(pair), Json.write(pair));
        }
    }

    private static String wantedKey(DictionaryPair pair) {
        return WANTED + pair.path() + ".json";
    }

    /** Returns the pairs that are wanted, by name. */
    List<DictionaryPair> wanted() {
        return keys(WANTED).stream().flatMap(key -> wanted(key).stream()).toList();
    }

    private List<String> keys(String prefix) {
        try (Stream<ObjectStat> stored = store.list(prefix)) {
            return stored.map(ObjectStat::key).toList();
        }
    }

    private Optional<DictionaryPair> wanted(String key) {
        return bytes(key).map(json -> Json.read(json, DictionaryPair.class));
    }

    private Optional<byte[]> bytes(String key) {
        try {
            return Optional.of(store.bytes(key));
        } catch (ObjectNotFoundException absent) {
            return Optional.empty();
        }
    }

    /** Takes note that nothing is left to do for a pair. */
    void settle(DictionaryPair pair) {
        store.deleteAll(List.of(wantedKey(pair), ObjectKeys.PAIR_CLAIMS + pair.path()));
    }

    /** Returns the claims of one replica on pairs, by their paths. */
    public WorkClaims claims(String owner, Duration lasting, InstantSource clock) {
        return new WorkClaims(store, ObjectKeys.PAIR_CLAIMS, owner, lasting, clock);
    }

    /** Tells whether a pair was compared. */
    boolean has(DictionaryPair pair) {
        return stored(pair).filter(found -> found.failure().isEmpty()).isPresent();
    }

    private Optional<StoredPair> stored(DictionaryPair pair) {
        String key = key(pair);
        try {
            return Optional.of(
                    new StoredPair(
                            pair,
                            SafetensorsRanges.open(
                                    (offset, length) -> store.bytes(key, offset, length))));
        } catch (ObjectNotFoundException absent) {
            return Optional.empty();
        }
    }

    /** Other versions of a definition give another object. */
    private static String key(DictionaryPair pair) {
        return ObjectKeys.NEAREST_LATENTS + pair.path() + suffix();
    }

    private static String suffix() {
        return ".v%d-%d.safetensors"
                .formatted(
                        NearestDefinition.DECODER.version(), NearestDefinition.ENCODER.version());
    }

    /** Stores what was found of a pair; nothing happens when it was compared before. */
    void put(NearestLatents found) {
        String key = key(found.pair());
        byte[] bytes = found.toBytes();
        boolean stored = false;
        while (!stored) {
            // Looked up before it is read: replaced only if it is still the failure that was read.
            Optional<ObjectStat> before = store.stat(key);
            stored =
                    has(found.pair())
                            || before.map(it -> store.putIfMatch(key, it.etag(), bytes))
                                    .orElseGet(() -> store.putIfAbsent(key, bytes))
                                    .isPresent();
        }
    }

    /** Returns all that was found of a pair, if it was tried. */
    public Optional<NearestLatents> find(DictionaryPair pair) {
        return bytes(key(pair)).map(bytes -> NearestLatents.read(pair, bytes));
    }

    /**
     * Returns what comes nearest to a latent in the dictionaries that its own was compared with. Of
     * each pair this latent's entries are read, and the first time its header.
     */
    public OtherDictionaries of(Member member, int latent) {
        DictionaryId own = member.dictionary();
        try (Reads reads = new Reads()) {
            List<Supplier<Optional<OtherDictionaries.Nearest>>> begun =
                    pairs(member).stream()
                            .map(object -> reads.begin(() -> nearest(object, own, latent)))
                            .toList();
            return new OtherDictionaries(
                    own,
                    member.step(),
                    latent,
                    Defined.versions(NearestDefinition.values()),
                    begun.stream().flatMap(read -> read.get().stream()).toList());
        }
    }

    private Optional<OtherDictionaries.Nearest> nearest(
            ObjectStat object, DictionaryId own, int latent) {
        return opened(object).map(found -> OtherDictionaries.nearest(found, own, latent));
    }

    /** Returns the objects of the pairs that a dictionary is one of. */
    private List<ObjectStat> pairs(Member member) {
        DictionaryId own = member.dictionary();
        String prefix = "%s%s/%s/".formatted(ObjectKeys.NEAREST_LATENTS, own.run(), own.site());
        try (Stream<ObjectStat> stored = store.list(prefix)) {
            return stored.filter(object -> object.key().endsWith(suffix()))
                    .filter(object -> isOf(pair(object.key()), member))
                    .toList();
        }
    }

    private static boolean isOf(DictionaryPair pair, Member member) {
        return pair.first().equals(member) || pair.second().equals(member);
    }

    /** Returns a pair with its header; those that were looked at last are kept. */
    private Optional<StoredPair> opened(ObjectStat object) {
        Optional<StoredPair> known = opened.find(object);
        if (known.isPresent()) {
            return known;
        }
        Optional<StoredPair> found = stored(pair(object.key()));
        found.ifPresent(it -> opened.put(object, it));
        return found;
    }

    private static DictionaryPair pair(String key) {
        int start = ObjectKeys.NEAREST_LATENTS.length();
        return DictionaryPair.parse(key.substring(start, key.length() - suffix().length()));
    }
}
