package org.lexicographer.eval.latent.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.eval.explanation.Explanation;
import org.lexicographer.eval.latent.result.DensityHistogram.Bin;
import org.lexicographer.eval.latent.result.LatentPage.Row;
import org.lexicographer.eval.store.SampleStatistics;
import org.lexicographer.pipeline.InvalidFieldsException;

class LatentTableTest {

    private final LatentTable table = SampleStatistics.table(new long[3]);

    private static final Map<Integer, Explanation> EXPLANATIONS =
            Map.of(2, new Explanation("Nothing at all", "Ada", "2026-11-26T21:00:00Z"));

    private LatentPage page(String sort, String min, String max, String text) {
        return table.page(
                LatentQuery.read(
                        Optional.of(sort),
                        Optional.of(min),
                        Optional.of(max),
                        Optional.of(text),
                        Optional.empty()),
                EXPLANATIONS);
    }

    @Test
    void latentsAreSortedByAnyColumnInBothDirections() {
        assertThat(page("-density", "", "", "").rows())
                .extracting(Row::latent)
                .containsExactly(0, 1, 2);
        assertThat(page("max", "", "", "").rows()).extracting(Row::latent).containsExactly(2, 0, 1);
        assertThat(page("-mean", "", "", "").rows())
                .extracting(Row::latent)
                .containsExactly(1, 0, 2);
    }

    @Test
    void boundsHoldForTheColumnThatIsSortedBy() {
        assertThat(page("max", "3", "3.5", "").rows()).extracting(Row::latent).containsExactly(0);
        assertThat(page("density", "", "0", "").rows()).extracting(Row::latent).containsExactly(2);
    }

    @Test
    void latentsAreFoundByTheTokensOnWhichTheyAreMostActive() {
        assertThat(page("latent", "", "", "THE").rows()).extracting(Row::latent).containsExactly(0);
        assertThat(page("latent", "", "", "oken8").found()).isEqualTo(1);
        assertThat(page("latent", "", "", "oken5").rows()).isEmpty();
    }

    @Test
    void latentsAreFoundByWhatTheyAreSaidToStandFor() {
        assertThat(page("latent", "", "", "nothing").rows())
                .singleElement()
                .satisfies(
                        row -> {
                            assertThat(row.latent()).isEqualTo(2);
                            assertThat(row.explanation()).contains(EXPLANATIONS.get(2));
                        });
        assertThat(page("latent", "", "", "Ada").rows()).isEmpty();
    }

    @Test
    void aPageBeyondTheLastIsEmpty() {
        LatentPage page =
                table.page(
                        LatentQuery.read(
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.of("2")),
                        Map.of());
        assertThat(page.rows()).isEmpty();
        assertThat(page.found()).isEqualTo(3);
        assertThat(page.pages()).isEqualTo(1);
    }

    @Test
    void everyWrongParameterIsNamed() {
        assertThatThrownBy(
                        () ->
                                LatentQuery.read(
                                        Optional.of("beauty"),
                                        Optional.of("low"),
                                        Optional.of("NaN"),
                                        Optional.empty(),
                                        Optional.of("0")))
                .isInstanceOf(InvalidFieldsException.class)
                .hasMessageContaining("sort: no such column")
                .hasMessageContaining("min: wrong type")
                .hasMessageContaining("max: not finite")
                .hasMessageContaining("page: wrong type");
    }

    @Test
    void densitiesFallIntoBinsOfATenthOfADecade() {
        DensityHistogram histogram = DensityHistogram.of(table);
        assertThat(histogram.dead()).isEqualTo(1);
        assertThat(histogram.bins()).hasSize(10).contains(new Bin(-0.4, -0.3, 1));
        assertThat(histogram.bins()).contains(new Bin(-0.8, -0.7, 1));
        assertThat(histogram.bins().getLast().to()).isEqualTo(0);
    }

    @Test
    void aTableReadsAsItWasWritten() {
        assertThat(LatentTableFile.read(LatentTableFile.write(table)))
                .usingRecursiveComparison()
                .isEqualTo(table);
    }
}
