package org.lexicographer.eval.page.chart;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Numbers as people read them. A page has thousands: a formatter would be much of its time. */
public final class Numbers {

    private static final double LARGE = 100_000;
    private static final double SMALL = 0.001;
    private static final int PERCENT = 100;
    private static final MathContext FOUR_DIGITS = new MathContext(4, RoundingMode.HALF_UP);

    private Numbers() {}

    /** Returns a figure with four digits; very large and very small ones with a power of ten. */
    public static String figure(double value) {
        double size = Math.abs(value);
        if (value == 0 || !Double.isFinite(value)) {
            return value == 0 ? "0" : Double.toString(value);
        }
        if (size >= LARGE || size < SMALL) {
            BigDecimal rounded = BigDecimal.valueOf(value).round(FOUR_DIGITS).stripTrailingZeros();
            int exponent = rounded.precision() - rounded.scale() - 1;
            return rounded.movePointLeft(exponent).toPlainString() + "e" + exponent;
        }
        int whole = (int) Math.floor(Math.log10(size)) + 1;
        return rounded(value, Math.max(0, FOUR_DIGITS.getPrecision() - whole))
                .stripTrailingZeros()
                .toPlainString();
    }

    private static BigDecimal rounded(double value, int decimals) {
        return BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_UP);
    }

    /** Returns a count with its thousands apart. */
    public static String count(long value) {
        StringBuilder text = new StringBuilder(Long.toString(value));
        for (int at = text.length() - 3; at > (value < 0 ? 1 : 0); at -= 3) {
            text.insert(at, ',');
        }
        return text.toString();
    }

    /** Returns a share as a percentage with one decimal. */
    public static String percent(double share) {
        return Double.isFinite(share)
                ? rounded(PERCENT * share, 1).toPlainString()
                : Double.toString(share);
    }

    /** Returns a length or a place in a drawing, in hundredths of its unit. */
    static String hundredths(double value) {
        return rounded(value, 2).toPlainString();
    }
}
