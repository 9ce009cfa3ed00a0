package org.lexicographer.eval.latent.result;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.lexicographer.pipeline.BrokenRuleException;
import org.lexicographer.pipeline.Checks;

/**
 * Which latents are asked for.
 *
 * @param sort what they are sorted by
 * @param descending whether the largest come first
 * @param min the least that this may be; empty for any
 * @param max the most that it may be; empty for any
 * @param text what a token must contain on which they are the most active, or what they are said to
 *     stand for, in any case of letters; empty for any
 * @param page which page, from 1
 */
public record LatentQuery(
        Sort sort,
        boolean descending,
        Optional<Double> min,
        Optional<Double> max,
        String text,
        int page) {

    private static final String DEFAULT_SORT = "-density";

    public LatentQuery {
        requireNonNull(sort, "sort is null");
        requireNonNull(min, "min is null");
        requireNonNull(max, "max is null");
        requireNonNull(text, "text is null");
    }

    /** What latents are sorted by. */
    public enum Sort {
        /** Their numbers. */
        LATENT,
        /** The share of tokens on which they are active. */
        DENSITY,
        /** Their largest value. */
        MAX,
        /** Their smallest value above 0. */
        MIN,
        /** The mean of their values above 0. */
        MEAN,
        /** In how many contexts they are active. */
        CONTEXTS;

        /** Returns the name as written in a query. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Returns the value of a latent. */
        double of(LatentTable table, int latent) {
            return switch (this) {
                case LATENT -> latent;
                case DENSITY -> table.density(latent);
                case MAX -> table.largest()[latent];
                case MIN -> table.smallest()[latent];
                case MEAN -> table.mean(latent);
                case CONTEXTS -> table.contexts()[latent];
            };
        }

        private static Sort parse(String text) {
            return Arrays.stream(values())
                    .filter(sort -> sort.text().equals(text))
                    .findFirst()
                    .orElseThrow(() -> new BrokenRuleException("no such column", names(), text));
        }

        private static String names() {
            return Arrays.stream(values()).map(Sort::text).collect(Collectors.joining(", "))
                    + ", or one of them after a hyphen for the largest first";
        }
    }

    /**
     * Reads a query.
     *
     * @throws org.lexicographer.pipeline.InvalidFieldsException naming every wrong parameter
     */
    public static LatentQuery read(
            Optional<String> sort,
            Optional<String> min,
            Optional<String> max,
            Optional<String> text,
            Optional<String> page) {
        String sorted = sort.filter(it -> !it.isEmpty()).orElse(DEFAULT_SORT);
        String column = sorted.startsWith("-") ? sorted.substring(1) : sorted;
        Optional<String> least = min.filter(it -> !it.isEmpty());
        Optional<String> most = max.filter(it -> !it.isEmpty());
        String number = page.filter(it -> !it.isEmpty()).orElse("1");
        Checks checks = new Checks().by("sort", column, Sort::parse);
        least.ifPresent(it -> checks.by("min", it, LatentQuery::number));
        most.ifPresent(it -> checks.by("max", it, LatentQuery::number));
        checks.by("page", number, LatentQuery::page).end();
        return new LatentQuery(
                Sort.parse(column),
                sorted.startsWith("-"),
                least.map(LatentQuery::number),
                most.map(LatentQuery::number),
                text.orElse(""),
                page(number));
    }

    private static double number(String text) {
        try {
            double number = Double.parseDouble(text);
            if (Double.isFinite(number)) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new BrokenRuleException("wrong type", "a number", text);
        }
        throw new BrokenRuleException("not finite", "a number", text);
    }

    private static int page(String text) {
        if (!text.matches("[1-9]\\d{0,8}")) {
            throw new BrokenRuleException("wrong type", "whole number, at least 1", text);
        }
        return Integer.parseInt(text);
    }

    boolean holds(double value) {
        return min.filter(least -> value < least).isEmpty()
                && max.filter(most -> value > most).isEmpty();
    }
}
