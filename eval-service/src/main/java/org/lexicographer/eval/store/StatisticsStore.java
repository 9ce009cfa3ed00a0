package org.lexicographer.eval.store;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.lexicographer.eval.evaluator.Contexts;
import org.lexicographer.eval.latent.result.LatentRecord;
import org.lexicographer.eval.latent.result.LatentTable;
import org.lexicographer.eval.latent.result.LatentTableFile;
import org.lexicographer.eval.latent.result.StatisticsSummary;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;

/**
 * Keeps statistics of latents beside their dictionaries. A summary is stored last and names the
 * other files, so that what can be seen is whole; statistics that are made anew of the same text
 * replace the earlier ones at once. The tables that were used last are kept in memory.
 */
public final class StatisticsStore {

    private static final int TABLES_KEPT = 8;

    private final ObjectStore store;
    private final Map<String, StoredStatistics> used = new LinkedHashMap<>();

    public StatisticsStore(ObjectStore store) {
        this.store = store;
    }

    /** Returns what the statistics of a dictionary on a text are over, if there are any. */
    public Optional<StatisticsSummary> summary(DictionaryId dictionary, long step, String text) {
        String key = ObjectKeys.latentStatistics(dictionary, step, text) + StatisticsFiles.SUMMARY;
        try {
            return Optional.of(Json.read(store.bytes(key), StatisticsSummary.class));
        } catch (ObjectNotFoundException absent) {
            return Optional.empty();
        }
    }

    /** Tells whether a checkpoint has statistics on a text that were made with such a setting. */
    public boolean has(DictionaryCheckpoint checkpoint, String text, String digest) {
        return summary(checkpoint.dictionary(), checkpoint.step(), text)
                .filter(summary -> summary.digest().equals(digest))
                .isPresent();
    }

    /** Returns the statistics of a dictionary on a text, if there are any. */
    public Optional<StoredStatistics> find(DictionaryId dictionary, long step, String text) {
        return summary(dictionary, step, text).map(this::read);
    }

    private StoredStatistics read(StatisticsSummary summary) {
        StatisticsFiles files = files(summary);
        synchronized (used) {
            StoredStatistics known = used.remove(files.table());
            StoredStatistics found =
                    known != null && known.summary().equals(summary)
                            ? known
                            : new StoredStatistics(
                                    store,
                                    files,
                                    summary,
                                    LatentTableFile.read(store.bytes(files.table())));
            used.put(files.table(), found);
            if (used.size() > TABLES_KEPT) {
                used.remove(used.keySet().iterator().next());
            }
            return found;
        }
    }

    private static StatisticsFiles files(StatisticsSummary summary) {
        return new StatisticsFiles(
                ObjectKeys.latentStatistics(summary.dictionary(), summary.step(), summary.text()),
                summary.digest());
    }

    /**
     * Stores the records of a chunk of latents, a line each.
     *
     * @param summary what will be stored last
     * @param records of {@link LatentTable#CHUNK} latents, or of those that are left
     * @return where each record ends, without the end of its line
     */
    public long[] putRecords(StatisticsSummary summary, List<LatentRecord> records) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        long[] ends = new long[records.size()];
        for (int i = 0; i < ends.length; i++) {
            lines.writeBytes(records.get(i).toJson());
            lines.write('\n');
            ends[i] = lines.size();
        }
        store.put(files(summary).records(records.getFirst().latent()), lines.toByteArray());
        return ends;
    }

    /** Stores the table and then the summary, and removes earlier statistics of the same text. */
    public void complete(StatisticsSummary summary, LatentTable table) {
        StatisticsFiles files = files(summary);
        store.put(files.table(), LatentTableFile.write(table));
        store.put(files.prefix() + StatisticsFiles.SUMMARY, Json.writePretty(summary));
        try (Stream<ObjectStat> stored = store.list(files.prefix())) {
            store.deleteAll(
                    stored.map(ObjectStat::key)
                            .filter(key -> !key.endsWith(StatisticsFiles.SUMMARY))
                            .filter(key -> !key.startsWith(files.prefix() + files.digest()))
                            .toList());
        }
    }

    /**
     * Stores contexts, if they are not there yet.
     *
     * @return their key
     */
    public String putContexts(String run, Contexts contexts) {
        String key = ObjectKeys.statisticsContexts(run, contexts.digest());
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(contexts.tokens().length, Integer.BYTES))
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(contexts.tokens());
        store.putIfAbsent(key, bytes.array());
        return key;
    }

    /** Returns stored contexts. */
    public Contexts contexts(String key, int contextLength) {
        ByteBuffer bytes = ByteBuffer.wrap(store.bytes(key)).order(ByteOrder.LITTLE_ENDIAN);
        int[] tokens = new int[bytes.remaining() / Integer.BYTES];
        bytes.asIntBuffer().get(tokens);
        return new Contexts(contextLength, tokens);
    }
}
