package org.lexicographer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TilesTest {

    @ParameterizedTest
    @CsvSource({
        "0, 2", "1, 1", "5, 8", "12, 2", "97, 1", "100, 2", "2048, 1", "2048, 2", "2049, 8"
    })
    void eachRowIsInOneTile(int rows, int threads) {
        // When
        Tiles tiles = Tiles.of(rows, threads);

        // Then
        int next = 0;
        for (int tile = 0; tile < tiles.count(); tile++) {
            assertThat(tiles.first(tile)).isEqualTo(next);
            assertThat(tiles.rows(tile)).isBetween(1, TileProduct.ROWS);
            next += tiles.rows(tile);
        }
        assertThat(next).isEqualTo(rows);
    }

    @ParameterizedTest
    @CsvSource({"2048, 2", "2048, 8", "200, 2"})
    void allButTheLastAreWholeStripsAndNoneIsLargerThanTheOneBefore(int rows, int threads) {
        // When
        Tiles tiles = Tiles.of(rows, threads);

        // Then
        for (int tile = 0; tile < tiles.count() - 1; tile++) {
            assertThat(tiles.rows(tile) % Strips.ROWS).isZero();
            assertThat(tiles.rows(tile + 1)).isLessThanOrEqualTo(tiles.rows(tile));
        }
        assertThat(tiles.rows(tiles.count() - 1)).isLessThanOrEqualTo(2 * Strips.ROWS);
    }
}
