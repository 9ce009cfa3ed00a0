package org.lexicographer.eval.page.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1",
        "0.25, 0.25",
        "-143.61, -143.6",
        "33.0321, 33.03",
        "1234.4, 1234",
        "0.012344, 0.01234",
        "0.00001234, 1.234e-5",
        "2500000, 2.5e6",
        "1e-30, 1e-30",
        "NaN, NaN"
    })
    void figuresHaveFourDigits(double value, String text) {
        assertThat(Numbers.figure(value)).isEqualTo(text);
    }

    @Test
    void figuresAreRoundedAsAFormatterDoes() {
        new Random(0)
                .doubles(2000, -6, 4)
                .map(power -> Math.pow(10, power))
                .forEach(
                        value ->
                                assertThat(Double.parseDouble(Numbers.figure(value)))
                                        .isEqualTo(Double.parseDouble("%.3e".formatted(value))));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "999, 999", "1000, '1,000'", "-1234567, '-1,234,567'", "-999, -999"})
    void countsHaveTheirThousandsApart(long value, String text) {
        assertThat(Numbers.count(value)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0.8421, 84.2", "1, 100.0", "-1.436, -143.6"})
    void sharesArePercentages(double share, String text) {
        assertThat(Numbers.percent(share)).isEqualTo(text);
    }
}
