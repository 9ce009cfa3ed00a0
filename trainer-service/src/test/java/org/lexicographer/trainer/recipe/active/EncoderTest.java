package org.lexicographer.trainer.recipe.active;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.kernel.RowMemory;
import org.lexicographer.kernel.Rows;
import org.lexicographer.kernel.Workers;

/** Selections against a sort of all pre-activations, which are summed one product at a time. */
@Tag("lanes")
class EncoderTest {

    private final RowMemory memory = new RowMemory();

    @AfterEach
    void freeMemory() {
        memory.close();
    }

    /** More than two tiles, the last one neither full nor whole strips. */
    private static final int ROWS = 2 * 96 + 13;

    /** Columns that are summed before the sum is added. */
    private static final int SLICE = 512;

    private record Entry(int row, int latent, float value) {}

    /** NaN is larger than all; of equal ones the earlier is larger. */
    private static final Comparator<Entry> LARGEST_FIRST =
            Comparator.comparing(Entry::value)
                    .reversed()
                    .thenComparing(Entry::row)
                    .thenComparing(Entry::latent);

    private static final Comparator<Entry> IN_ORDER =
            Comparator.comparing(Entry::row).thenComparing(Entry::latent);

    /** One batch and its weights, of few different values, so that many products are equal. */
    private record Case(Rows inputs, Rows weight, Rows bias, Rows thresholds) {

        static Case of(int width, int latents, int oneInIsNoNumber) {
            SplittableRandom random = new SplittableRandom(width + latents);
            Case drawn =
                    new Case(
                            Rows.allocate(ROWS, width),
                            Rows.allocate(latents, width),
                            Rows.allocate(1, latents),
                            Rows.allocate(1, latents));
            for (Rows rows : List.of(drawn.inputs, drawn.weight, drawn.bias, drawn.thresholds)) {
                for (int i = 0; i < rows.count() * rows.width(); i++) {
                    rows.set(0, i, random.nextInt(-3, 4) / 8f);
                }
            }
            for (int row = 0; row < ROWS && oneInIsNoNumber > 0; row += oneInIsNoNumber) {
                drawn.inputs.set(row, 0, Float.NaN);
            }
            return drawn;
        }

        List<Entry> above(Rows limits) {
            List<Entry> above = new ArrayList<>();
            for (int row = 0; row < ROWS; row++) {
                for (int latent = 0; latent < weight.count(); latent++) {
                    float z = product(row, latent) + bias.get(0, latent);
                    if (!(z <= limits.get(0, latent))) {
                        above.add(new Entry(row, latent, z));
                    }
                }
            }
            return above;
        }

        private float product(int row, int latent) {
            float total = 0;
            for (int from = 0; from < inputs.width(); from += SLICE) {
                float sum = 0;
                for (int i = from; i < Math.min(from + SLICE, inputs.width()); i++) {
                    sum = Math.fma(inputs.get(row, i), weight.get(latent, i), sum);
                }
                total += sum;
            }
            return total;
        }

        List<Entry> positive() {
            return above(Rows.allocate(1, weight.count()));
        }
    }

    /** Widths and numbers of latents that are whole panels and slices, and that are not. */
    @ParameterizedTest
    @CsvSource({"16, 128, 0, 1", "7, 301, 0, 2", "33, 64, 50, 3", "1, 5, 0, 8", "600, 40, 7, 2"})
    void selectsWhatIsAboveAThreshold(int width, int latents, int noNumbers, int threads) {
        Case drawn = Case.of(width, latents, noNumbers);
        ActiveLatents active = new ActiveLatents(latents);

        active.begin(ROWS);
        new Encoder(new Workers(threads), drawn.weight, memory)
                .run(drawn.inputs, new PositiveLatents(active, drawn.bias));
        assertThat(entries(active)).isEqualTo(drawn.positive());

        active.begin(ROWS);
        new Encoder(new Workers(threads), drawn.weight, memory)
                .run(
                        drawn.inputs,
                        new LatentsAboveThresholds(active, drawn.bias, drawn.thresholds));
        assertThat(entries(active)).isEqualTo(drawn.above(drawn.thresholds));
    }

    @ParameterizedTest
    @CsvSource({"1, 301, 0, 1", "7, 301, 0, 2", "7, 301, 9, 8", "150, 301, 2, 2", "301, 301, 0, 2"})
    void selectsWhatSortingPutsFirst(int k, int latents, int noNumbers, int threads) {
        Case drawn = Case.of(9, latents, noNumbers);
        Workers workers = new Workers(threads);
        ActiveLatents active = new ActiveLatents(latents);

        active.begin(ROWS);
        LargestOfRow ofRow = new LargestOfRow(drawn.bias);
        ofRow.begin(active, k);
        new Encoder(workers, drawn.weight, memory).run(drawn.inputs, ofRow);
        assertThat(entries(active)).isEqualTo(largestOfRows(drawn.positive(), k));

        active.begin(ROWS);
        LargestOfBatch ofBatch = new LargestOfBatch(workers, drawn.bias);
        ofBatch.begin(active, k);
        new Encoder(workers, drawn.weight, memory).run(drawn.inputs, ofBatch);
        assertThat(entries(active)).isEqualTo(largest(drawn.positive(), k * ROWS));
    }

    private static List<Entry> largestOfRows(List<Entry> all, int k) {
        List<Entry> kept = new ArrayList<>();
        for (int row = 0; row < ROWS; row++) {
            int number = row;
            kept.addAll(largest(all.stream().filter(it -> it.row == number).toList(), k));
        }
        return kept;
    }

    private static List<Entry> largest(List<Entry> all, int count) {
        return all.stream().sorted(LARGEST_FIRST).limit(count).sorted(IN_ORDER).toList();
    }

    private static List<Entry> entries(ActiveLatents active) {
        List<Entry> entries = new ArrayList<>();
        for (int number = 0; number < active.tiles(); number++) {
            ActiveTile tile = active.tile(number);
            for (int row = 0; row < tile.rows(); row++) {
                for (int n = tile.start(row); n < tile.end(row); n++) {
                    entries.add(
                            new Entry(tile.firstRow() + row, tile.latents()[n], tile.values()[n]));
                }
            }
        }
        return entries;
    }
}
