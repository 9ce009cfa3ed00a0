package org.lexicographer.eval.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.eval.explanation.Explanation;
import org.lexicographer.eval.latent.result.DensityHistogram;
import org.lexicographer.eval.latent.result.Example;
import org.lexicographer.eval.latent.result.ExampleGroup;
import org.lexicographer.eval.latent.result.LatentDetails;
import org.lexicographer.eval.latent.result.LatentExamples;
import org.lexicographer.eval.latent.result.LatentPage;
import org.lexicographer.eval.latent.result.LatentQuery;
import org.lexicographer.eval.latent.result.LatentRecord;
import org.lexicographer.eval.latent.result.LatentTable;
import org.lexicographer.eval.latent.result.StatisticsSummary;
import org.lexicographer.objectstore.ObjectStore;

/**
 * The statistics of one dictionary's latents on one text, whole. The table of all latents is in
 * memory; what is known of one latent is read when it is asked for, in one read.
 */
public final class StoredStatistics {

    private final ObjectStore store;
    private final StatisticsFiles files;
    private final StatisticsSummary summary;
    private final LatentTable table;

    StoredStatistics(
            ObjectStore store,
            StatisticsFiles files,
            StatisticsSummary summary,
            LatentTable table) {
        this.store = store;
        this.files = files;
        this.summary = summary;
        this.table = table;
    }

    /** Returns what they are over. */
    public StatisticsSummary summary() {
        return summary;
    }

    /** Returns the number of latents, F. */
    public int latents() {
        return table.size();
    }

    /** Returns the share of tokens on which each latent is active, (F). */
    public double[] densities() {
        return IntStream.range(0, latents()).mapToDouble(table::density).toArray();
    }

    LatentTable table() {
        return table;
    }

    /**
     * Returns the latents that a query asks for, a page of them.
     *
     * @param explanations what latents are said to stand for, by their numbers
     */
    public LatentPage page(LatentQuery query, Map<Integer, Explanation> explanations) {
        return table.page(query, explanations);
    }

    /** Returns how many latents are active how often. */
    public DensityHistogram density() {
        return DensityHistogram.of(table);
    }

    /**
     * Returns all that is known of one latent.
     *
     * @param latent from 0 to before {@link #latents}
     * @param explanation what somebody says that it stands for; asked when the rest is read
     */
    public LatentDetails latent(int latent, Supplier<Optional<Explanation>> explanation) {
        LatentRecord record = record(latent);
        return LatentDetails.of(summary, table, record, explanation.get());
    }

    /**
     * Returns all that is known of some latents, one after the other, from one read.
     *
     * @param from the first
     * @param to where they end; those before it lie in one chunk of {@link LatentTable#CHUNK}
     * @param explanations what latents are said to stand for, by their numbers
     */
    public Stream<LatentDetails> latents(int from, int to, Map<Integer, Explanation> explanations) {
        if (from / LatentTable.CHUNK != (to - 1) / LatentTable.CHUNK) {
            throw new IllegalArgumentException(
                    "not in one chunk: from=%d, to=%d".formatted(from, to));
        }
        long start = table.recordStart(from);
        byte[] lines = read(files.records(from), start, table.recordEnds()[to - 1] - start);
        return IntStream.range(from, to)
                .mapToObj(
                        latent ->
                                Arrays.copyOfRange(
                                        lines,
                                        (int) (table.recordStart(latent) - start),
                                        (int) (table.recordEnds()[latent] - start)))
                .map(LatentRecord::read)
                .map(
                        record ->
                                LatentDetails.of(
                                        summary,
                                        table,
                                        record,
                                        Optional.ofNullable(explanations.get(record.latent()))));
    }

    /** Returns the contexts that were kept of one latent for one reason. */
    public List<Example> examples(int latent, ExampleGroup group) {
        return LatentExamples.of(record(latent), table.texts(), group, this::contexts);
    }

    private LatentRecord record(int latent) {
        long start = table.recordStart(latent);
        long length = table.recordEnds()[latent] - start;
        return LatentRecord.read(read(files.records(latent), start, length));
    }

    private List<int[]> contexts(int[] numbers) {
        long contextBytes = (long) summary.contextLength() * Integer.BYTES;
        // Records of an earlier version lead to a large text, context by context.
        boolean atOnce = StatisticsSummary.isSmall(summary.contexts(), summary.contextLength());
        byte[] whole =
                atOnce
                        ? read(summary.contextsKey(), 0, summary.contexts() * contextBytes)
                        : new byte[0];
        List<int[]> tokens = new ArrayList<>();
        for (int number : numbers) {
            long start = number * contextBytes;
            ByteBuffer bytes =
                    atOnce
                            ? ByteBuffer.wrap(whole, (int) start, (int) contextBytes)
                            : ByteBuffer.wrap(read(summary.contextsKey(), start, contextBytes));
            int[] ids = new int[summary.contextLength()];
            bytes.order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(ids);
            tokens.add(ids);
        }
        return tokens;
    }

    private byte[] read(String key, long start, long length) {
        byte[] bytes = store.bytes(key, start, length);
        if (bytes.length != length) {
            throw new UnusableInputException(
                    "object too short: expected=%d bytes from %d on, found=%d, key=%s"
                            .formatted(length, start, bytes.length, key));
        }
        return bytes;
    }
}
