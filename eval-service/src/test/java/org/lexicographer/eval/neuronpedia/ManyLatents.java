package org.lexicographer.eval.neuronpedia;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lexicographer.eval.evaluator.Contexts;
import org.lexicographer.eval.evaluator.TracedContexts;
import org.lexicographer.eval.latent.companion.CloseLatents;
import org.lexicographer.eval.latent.result.LatentRecord;
import org.lexicographer.eval.latent.result.LatentRecord.Bins;
import org.lexicographer.eval.latent.result.LatentRecord.Companions;
import org.lexicographer.eval.latent.result.LatentRecord.KeptContext;
import org.lexicographer.eval.latent.result.LatentRecord.TokenEffects;
import org.lexicographer.eval.latent.result.LatentTable;
import org.lexicographer.eval.latent.result.LatentTable.Peaks;
import org.lexicographer.eval.latent.result.StatisticsSummary;
import org.lexicographer.eval.latent.result.TokenTexts;
import org.lexicographer.eval.store.StatisticsStore;
import org.lexicographer.eval.store.StoredStatistics;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.DictionaryId;

/**
 * Statistics of latents on two contexts of three tokens, each active latent with the value 1 and 3
 * in the first and 2 in the second, raising token 5, which has no text, and lowering token 7.
 */
public record ManyLatents(int count, IntPredicate alive, int contextLength) {

    public static final DictionaryId DICTIONARY = DictionaryId.parse("run/layers.2.mlp.out/relu");

    private static final String TEXT = "held-out";

    /** Stores and finds them. */
    public StoredStatistics stored(ObjectStore objects) {
        StatisticsStore store = new StatisticsStore(objects);
        int[] tokens = new int[2 * contextLength];
        Arrays.fill(tokens, 8);
        Contexts contexts = new Contexts(contextLength, tokens);
        StatisticsSummary summary =
                new StatisticsSummary(
                        DICTIONARY,
                        10,
                        TEXT,
                        "digest",
                        2,
                        contextLength,
                        6,
                        0,
                        6,
                        0,
                        count,
                        (int) IntStream.range(0, count).filter(alive.negate()).count(),
                        store.putContexts(DICTIONARY.run(), TracedContexts.untraced(contexts)),
                        StatisticsSummary.currentDefinitions(),
                        Optional.empty());
        long[] ends = new long[count];
        for (int from = 0; from < count; from += LatentTable.CHUNK) {
            int to = Math.min(count, from + LatentTable.CHUNK);
            Stream<LatentRecord> chunk = IntStream.range(from, to).mapToObj(this::record);
            long[] chunkEnds = store.putRecords(summary, from, chunk);
            System.arraycopy(chunkEnds, 0, ends, from, chunkEnds.length);
        }
        store.complete(summary, table(ends), Set::of);
        return store.find(DICTIONARY, 10, TEXT).orElseThrow();
    }

    private LatentTable table(long[] recordEnds) {
        int[] is = IntStream.range(0, count).map(i -> alive.test(i) ? 1 : 0).toArray();
        float[] smallest = new float[count];
        float[] largest = new float[count];
        for (int i = 0; i < count; i++) {
            smallest[i] = is[i];
            largest[i] = 3 * is[i];
        }
        return new LatentTable(
                6,
                Arrays.stream(is).mapToLong(it -> 3L * it).toArray(),
                Arrays.stream(is).mapToDouble(it -> 6.0 * it).toArray(),
                smallest,
                largest,
                Arrays.stream(is).map(it -> 2 * it).toArray(),
                new Peaks(new int[count], new int[0]),
                recordEnds,
                TokenTexts.of(
                        new TreeSet<>(List.of(5, 7, 8)),
                        id -> id == 5 ? "" : id == 7 ? " the" : "Token8"));
    }

    private LatentRecord record(int latent) {
        int[] none = {};
        if (!alive.test(latent)) {
            return new LatentRecord(
                    latent,
                    0,
                    0,
                    0,
                    0,
                    0,
                    new Bins(0, none),
                    none,
                    List.of(),
                    none,
                    List.of(none, none, none, none, none),
                    new int[] {0, 1},
                    List.of(),
                    Optional.empty(),
                    Companions.NONE,
                    effects());
        }
        CloseLatents phi = new CloseLatents(new int[] {0}, new double[] {0.5});
        int[] histogram = new int[50];
        histogram[0] = 1;
        histogram[25] = 1;
        histogram[49] = 1;
        return new LatentRecord(
                latent,
                3,
                6,
                1,
                3,
                2,
                new Bins(0, none),
                histogram,
                contexts(),
                new int[] {0, 1},
                List.of(none, none, none, new int[] {1}, new int[] {0}),
                none,
                List.of(),
                Optional.empty(),
                new Companions(CloseLatents.NONE, CloseLatents.NONE, CloseLatents.NONE, phi),
                effects());
    }

    /** The first one's largest value is on the last token but one. */
    private List<KeptContext> contexts() {
        int[] first = new int[contextLength];
        int[] second = new int[contextLength];
        Arrays.fill(first, 8);
        Arrays.fill(second, 8);
        first[contextLength - 2] = 5;
        second[0] = 7;
        int[] places = {contextLength - 3, contextLength - 2};
        return List.of(
                new KeptContext(0, first, places, new float[] {1, 3}),
                new KeptContext(1, second, new int[] {0}, new float[] {2}));
    }

    private static List<TokenEffects> effects() {
        int[] histogram = new int[50];
        histogram[0] = 1;
        histogram[49] = 1;
        return List.of(effects(true, 2, histogram), effects(false, 1, histogram));
    }

    private static TokenEffects effects(boolean normFolded, float size, int[] histogram) {
        return new TokenEffects(
                normFolded,
                new int[] {5},
                new float[] {size},
                new int[] {7},
                new float[] {-size},
                -size,
                size,
                histogram);
    }
}
