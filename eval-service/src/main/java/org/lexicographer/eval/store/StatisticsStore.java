package org.lexicographer.eval.store;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.lexicographer.eval.evaluator.Contexts;
import org.lexicographer.eval.evaluator.TracedContexts;
import org.lexicographer.eval.exchange.TemporaryFolder;
import org.lexicographer.eval.latent.result.LatentRecord;
import org.lexicographer.eval.latent.result.LatentTable;
import org.lexicographer.eval.latent.result.LatentTableFile;
import org.lexicographer.eval.latent.result.StatisticsSummary;
import org.lexicographer.kernel.Workers;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.stored.ContextOrigins;

/**
 * Keeps statistics of latents beside their dictionaries. A summary is stored last and names the
 * other files, so that what can be seen is whole; statistics that are made anew of the same text
 * replace the earlier ones at once. The tables that were used last are kept in memory.
 */
public final class StatisticsStore {

    private static final String STATISTICS = "statistics.";
    private static final int TABLES_KEPT = 8;

    private static final int LINES_AT_A_TIME = 32;

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
     * Stores the records of a chunk of latents, a line each, by way of a file.
     *
     * @param summary what will be stored last
     * @param first the first latent of the chunk
     * @param records of {@link LatentTable#CHUNK} latents, or of those that are left; a few are in
     *     memory at a time
     * @return where each record's line ends
     */
    public long[] putRecords(StatisticsSummary summary, int first, Stream<LatentRecord> records) {
        String key = files(summary).records(first);
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            Path lines = folder.path().resolve("records.jsonl");
            long[] ends = write(records, lines);
            store.put(key, lines);
            return ends;
        } catch (IOException | UncheckedIOException e) {
            throw new RetryableObjectStoreException(
                    "records not written: reason=%s, key=%s".formatted(e, key), e);
        }
    }

    private static long[] write(Stream<LatentRecord> records, Path file) throws IOException {
        LongStream.Builder ends = LongStream.builder();
        long written = 0;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            Iterator<LatentRecord> each = records.iterator();
            while (each.hasNext()) {
                for (byte[] line : lines(each)) {
                    out.write(line);
                    out.write('\n');
                    written += line.length + 1L;
                    ends.add(written);
                }
            }
        }
        return ends.build().toArray();
    }

    /** The next lines, made by all threads together. */
    private static byte[][] lines(Iterator<LatentRecord> each) {
        List<LatentRecord> some = new ArrayList<>();
        while (each.hasNext() && some.size() < LINES_AT_A_TIME) {
            some.add(each.next());
        }
        byte[][] lines = new byte[some.size()][];
        Workers.shared().run(lines.length, (i, _) -> lines[i] = some.get(i).toJson());
        return lines;
    }

    /**
     * Stores the table and then the summary, and removes earlier statistics of the same text.
     *
     * @param atWork the digests of those that other replicas may be making of the same dictionary
     *     and text, whose files stay
     */
    public void complete(
            StatisticsSummary summary, LatentTable table, Supplier<Set<String>> atWork) {
        StatisticsFiles files = files(summary);
        store.put(files.table(), LatentTableFile.write(table));
        store.put(files.summary(), Json.writePretty(summary));
        removeEarlier(files, atWork);
    }

    /**
     * The files are listed first: whoever has made one by then is at work still, or has stored a
     * summary since.
     */
    private void removeEarlier(StatisticsFiles own, Supplier<Set<String>> atWork) {
        List<String> keys;
        try (Stream<ObjectStat> stored = store.list(own.prefix())) {
            keys =
                    stored.map(ObjectStat::key)
                            .filter(key -> !key.equals(own.summary()))
                            .collect(Collectors.toCollection(ArrayList::new));
        }
        List<String> kept = new ArrayList<>(atWork.get());
        kept.add(own.digest());
        kept.add(Json.read(store.bytes(own.summary()), StatisticsSummary.class).digest());
        keys.removeIf(
                key -> kept.stream().anyMatch(digest -> key.startsWith(own.prefix() + digest)));
        store.deleteAll(keys);
    }

    /** Returns the summaries of all statistics of a run's dictionaries. */
    public List<ObjectStat> summaries(String run) {
        try (Stream<ObjectStat> stored = store.list(ObjectKeys.dictionaries(run))) {
            return stored.filter(file -> file.key().contains("/" + STATISTICS))
                    .filter(file -> file.key().endsWith(StatisticsFiles.SUMMARY))
                    .toList();
        }
    }

    /** Returns the files of the statistics of a checkpoint on all texts. */
    public List<ObjectStat> files(DictionaryId dictionary, long step) {
        try (Stream<ObjectStat> stored =
                store.list(ObjectKeys.latentStatistics(dictionary, step))) {
            return stored.toList();
        }
    }

    /**
     * Removes the statistics of a checkpoint on all texts, the summaries first, so that nobody sees
     * some without the rest. Nothing is removed while some are being made: they may have files of
     * the same names.
     *
     * @param atWork tells whether statistics of the checkpoint are wanted or being made
     * @return what was removed
     */
    public List<ObjectStat> remove(DictionaryId dictionary, long step, BooleanSupplier atWork) {
        List<ObjectStat> files = files(dictionary, step);
        if (files.isEmpty() || atWork.getAsBoolean()) {
            return List.of();
        }
        Map<Boolean, List<ObjectStat>> visible =
                files.stream()
                        .collect(
                                Collectors.partitioningBy(
                                        file -> file.key().endsWith(StatisticsFiles.SUMMARY)));
        List<ObjectStat> removed = new ArrayList<>(visible.get(true));
        delete(removed);
        // Whoever was asked for them since has the same files to make.
        if (!atWork.getAsBoolean()) {
            delete(visible.get(false));
            removed.addAll(visible.get(false));
        }
        return removed;
    }

    private void delete(List<ObjectStat> files) {
        store.deleteAll(files.stream().map(ObjectStat::key).toList());
    }

    /**
     * Stores contexts, and before them where they come from as far as that is known, if they are
     * not there yet.
     *
     * @return their key
     */
    public String putContexts(String run, TracedContexts traced) {
        String key = ObjectKeys.statisticsContexts(run, traced.digest());
        int[] tokens = traced.contexts().tokens();
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(tokens.length, Integer.BYTES))
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(tokens);
        if (traced.origins().areKnown()) {
            store.putIfAbsent(ObjectKeys.statisticsOrigins(key), traced.origins().toJson());
        }
        store.putIfAbsent(key, bytes.array());
        return key;
    }

    /** Returns stored contexts. */
    public TracedContexts contexts(String key, int contextLength) {
        ByteBuffer bytes = ByteBuffer.wrap(store.bytes(key)).order(ByteOrder.LITTLE_ENDIAN);
        int[] tokens = new int[bytes.remaining() / Integer.BYTES];
        bytes.asIntBuffer().get(tokens);
        Contexts contexts = new Contexts(contextLength, tokens);
        return origins(key)
                .map(origins -> new TracedContexts(contexts, origins))
                .orElseGet(() -> TracedContexts.untraced(contexts));
    }

    private Optional<ContextOrigins> origins(String contextsKey) {
        try {
            return Optional.of(
                    ContextOrigins.read(store.bytes(ObjectKeys.statisticsOrigins(contextsKey))));
        } catch (ObjectNotFoundException absent) {
            return Optional.empty();
        }
    }
}
