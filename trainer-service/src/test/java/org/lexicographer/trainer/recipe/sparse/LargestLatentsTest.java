package org.lexicographer.trainer.recipe.sparse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.trainer.recipe.sparse.LargestLatents.Scope;

class LargestLatentsTest {

    private static final int ROWS = 30;

    /** More than one stretch of columns, and not a whole number of vectors. */
    private static final int LATENTS = 1301;

    private record Entry(int row, int latent, float value) {}

    /** NaN is larger than all; of equal ones the earlier is larger. */
    private static final Comparator<Entry> LARGEST_FIRST =
            Comparator.comparing(Entry::value)
                    .reversed()
                    .thenComparing(Entry::row)
                    .thenComparing(Entry::latent);

    private static final Comparator<Entry> IN_ORDER =
            Comparator.comparing(Entry::row).thenComparing(Entry::latent);

    /** Few different values mean many equal ones; one in so many is not a number. */
    @ParameterizedTest
    @CsvSource({
        "1, 1000000, 0",
        "7, 1000000, 0",
        "7, 5, 0",
        "40, 5, 100",
        "3, 3, 2",
        "600, 1000000, 50",
        "1301, 9, 0"
    })
    void keepsWhatSortingPutsFirst(int k, int differentValues, int oneInIsNoNumber) {
        SplittableRandom random = new SplittableRandom(k);
        Rows preActivations = Rows.allocate(ROWS, LATENTS);
        Rows bias = Rows.allocate(1, LATENTS);
        for (int latent = 0; latent < LATENTS; latent++) {
            bias.set(0, latent, random.nextInt(-2, 2));
            for (int row = 0; row < ROWS; row++) {
                float value = (float) random.nextInt(differentValues) / differentValues;
                boolean noNumber = oneInIsNoNumber > 0 && random.nextInt(oneInIsNoNumber) == 0;
                preActivations.set(row, latent, noNumber ? Float.NaN : value + row / 10);
            }
        }

        for (Scope scope : Scope.values()) {
            assertThat(kept(scope, k, preActivations, bias))
                    .isEqualTo(expected(scope, k, preActivations, bias));
        }
    }

    private static List<Entry> kept(Scope scope, int k, Rows preActivations, Rows bias) {
        ActiveLatents active = new ActiveLatents(LATENTS);
        LargestLatents largest = new LargestLatents(new VectorKernel(), active, scope);
        largest.begin(ROWS, k);
        for (int row = 0; row < ROWS; row++) {
            largest.addRow(preActivations, row, bias);
        }
        largest.end();
        List<Entry> entries = new ArrayList<>();
        for (int row = 0; row < ROWS; row++) {
            WeightedRows terms = active.row(row);
            for (int n = terms.from(); n < terms.to(); n++) {
                entries.add(new Entry(row, terms.row()[n], terms.weight()[n]));
            }
        }
        return entries;
    }

    private static List<Entry> expected(Scope scope, int k, Rows preActivations, Rows bias) {
        List<Entry> all = new ArrayList<>();
        for (int row = 0; row < ROWS; row++) {
            List<Entry> positive = new ArrayList<>();
            for (int latent = 0; latent < LATENTS; latent++) {
                float z = preActivations.get(row, latent) + bias.get(0, latent);
                if (z > 0 || Float.isNaN(z)) {
                    positive.add(new Entry(row, latent, z));
                }
            }
            positive.sort(LARGEST_FIRST);
            all.addAll(scope == Scope.ROW ? first(positive, k) : positive);
        }
        all.sort(LARGEST_FIRST);
        List<Entry> kept = scope == Scope.BATCH ? first(all, k * ROWS) : all;
        kept.sort(IN_ORDER);
        return kept;
    }

    private static List<Entry> first(List<Entry> entries, int count) {
        return new ArrayList<>(entries.subList(0, Math.min(count, entries.size())));
    }
}
