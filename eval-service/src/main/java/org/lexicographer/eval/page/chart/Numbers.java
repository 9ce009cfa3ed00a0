package org.lexicographer.eval.page.chart;

import java.util.Locale;

/** Numbers as people read them. */
public final class Numbers {

    private static final double LARGE = 100_000;
    private static final double SMALL = 0.001;
    private static final int PERCENT = 100;

    private Numbers() {}

    /** Returns a figure with four digits; very large and very small ones with a power of ten. */
    public static String figure(double value) {
        double size = Math.abs(value);
        if (value == 0 || !Double.isFinite(value)) {
            return value == 0 ? "0" : Double.toString(value);
        }
        if (size >= LARGE || size < SMALL) {
            return shortened(String.format(Locale.ROOT, "%.3e", value))
                    .replace("e+0", "e")
                    .replace("e-0", "e-")
                    .replace("e+", "e");
        }
        int whole = (int) Math.floor(Math.log10(size)) + 1;
        return shortened(String.format(Locale.ROOT, "%." + Math.max(0, 4 - whole) + "f", value));
    }

    /** Takes zeros from the end of the decimals. */
    private static String shortened(String text) {
        int end = text.indexOf('e') < 0 ? text.length() : text.indexOf('e');
        String digits = text.substring(0, end);
        if (digits.indexOf('.') >= 0) {
            digits = digits.replaceAll("0+$", "").replaceAll("\\.$", "");
        }
        return digits + text.substring(end);
    }

    /** Returns a count with its thousands apart. */
    public static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** Returns a share as a percentage with one decimal. */
    public static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f", PERCENT * share);
    }
}
