package org.lexicographer.eval.latent.result;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lexicographer.pipeline.BrokenRuleException;

/** Contexts that were kept of a latent for one reason. */
public sealed interface ExampleGroup {

    /** The number of intervals of (0, largest value]. */
    int INTERVALS = 5;

    /** Those with the largest maxima. */
    record Top() implements ExampleGroup {}

    /**
     * A sample of those whose maximum is in an interval.
     *
     * @param number which, from 1, the lowest
     */
    record Interval(int number) implements ExampleGroup {}

    /** A sample of those in which it is silent. */
    record Silent() implements ExampleGroup {}

    /** Returns the name as written in a query. */
    default String text() {
        return switch (this) {
            case Top() -> "top";
            case Interval(int number) -> "interval-" + number;
            case Silent() -> "silent";
        };
    }

    /** Returns all groups. */
    static List<ExampleGroup> all() {
        Stream<ExampleGroup> intervals =
                IntStream.rangeClosed(1, INTERVALS).mapToObj(Interval::new);
        return Stream.concat(
                        Stream.concat(Stream.of(new Top()), intervals), Stream.of(new Silent()))
                .toList();
    }

    /**
     * Reads the name of a group.
     *
     * @throws BrokenRuleException when there is none of that name
     */
    static ExampleGroup parse(String text) {
        return all().stream()
                .filter(group -> group.text().equals(text))
                .findFirst()
                .orElseThrow(
                        () ->
                                new BrokenRuleException(
                                        "no such group",
                                        all().stream()
                                                .map(ExampleGroup::text)
                                                .collect(Collectors.joining(", ")),
                                        text));
    }
}
