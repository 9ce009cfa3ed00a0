package org.lexicographer.eval.service.page;

import io.quarkus.qute.TemplateExtension;
import java.util.Optional;
import org.lexicographer.eval.page.chart.Numbers;

/** How templates write numbers; a figure that does not exist is a dash. */
@TemplateExtension
final class Formats {

    private static final String ABSENT = "\u2013";

    private Formats() {}

    static String figure(Optional<Double> value) {
        return value.map(Numbers::figure).orElse(ABSENT);
    }

    static String percent(Optional<Double> share) {
        return share.map(Numbers::percent).orElse(ABSENT);
    }

    static String figure(float value) {
        return Numbers.figure(value);
    }

    static String figure(double value) {
        return Numbers.figure(value);
    }

    static String counted(long value) {
        return Numbers.count(value);
    }

    static int mod(int value, int divisor) {
        return value % divisor;
    }

    static String counted(int value) {
        return Numbers.count(value);
    }
}
