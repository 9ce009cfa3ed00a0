package org.lexicographer.activation.stage;

import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.lexicographer.pipeline.BrokenRuleException;

/**
 * At which stages of runs a replica works.
 *
 * @param numbers from 0; empty for all
 */
public record WorkedStages(Optional<SortedSet<Integer>> numbers) {

    /** Whatever stages a run has. */
    public static final WorkedStages ALL = new WorkedStages(Optional.empty());

    private static final String ALL_TEXT = "all";

    /**
     * Reads a setting.
     *
     * @param text {@code all}, or numbers with commas between them, such as {@code 0,2}
     * @throws IllegalArgumentException when it is neither
     */
    public static WorkedStages parse(String text) {
        if (text.strip().equals(ALL_TEXT)) {
            return ALL;
        }
        SortedSet<Integer> numbers = new TreeSet<>();
        for (String number : text.split(",", -1)) {
            if (!number.strip().matches("\\d{1,4}")) {
                throw new BrokenRuleException(
                        "no stages of a forward pass: activation.stages",
                        "all, or numbers from 0 with commas between them",
                        text);
            }
            numbers.add(Integer.parseInt(number.strip()));
        }
        return new WorkedStages(Optional.of(numbers));
    }

    /** Returns the setting. */
    @Override
    public String toString() {
        return numbers.map(it -> it.stream().map(String::valueOf).collect(Collectors.joining(",")))
                .orElse(ALL_TEXT);
    }

    /** Tells whether a stage is one of them. */
    public boolean includes(int stage) {
        return numbers.isEmpty() || numbers.get().contains(stage);
    }
}
