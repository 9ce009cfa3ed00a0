package org.lexicographer.pipeline.run;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.lexicographer.pipeline.FieldError;

/**
 * The datasets that a run mixes, and in which proportions.
 *
 * @param parts the datasets, with different names; in this order where two are equally due
 */
public record DatasetMix(@JsonValue List<Part> parts) {

    /** The field of a message that names a dataset. */
    private static final String DATASET = "dataset";

    /**
     * One of the datasets.
     *
     * @param name the name by which shards say that they belong to it
     * @param weight its share of the contexts, in proportion to the other weights
     */
    public record Part(String name, double weight) {

        /** Checks that nothing is absent. */
        public Part {
            requireNonNull(name, "name is null");
        }
    }

    /** Copies the list. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public DatasetMix {
        parts = List.copyOf(parts);
    }

    /** Returns the names, in order. */
    public List<String> names() {
        return parts.stream().map(Part::name).toList();
    }

    /** Returns whole numbers in the proportions that the weights have as decimal numbers. */
    public List<BigInteger> proportions() {
        List<BigDecimal> weights =
                parts.stream().map(part -> BigDecimal.valueOf(part.weight())).toList();
        int scale = weights.stream().mapToInt(BigDecimal::scale).max().orElse(0);
        return weights.stream().map(weight -> weight.movePointRight(scale).toBigInteger()).toList();
    }

    /**
     * Returns what is wrong with the name that a message has, or lacks.
     *
     * @param mix what the run mixes, if it does
     * @param named the dataset that the message names, if it does
     * @param isNeeded whether it has to where the run mixes
     */
    public static Optional<FieldError> fault(
            Optional<DatasetMix> mix, Optional<String> named, boolean isNeeded) {
        if (mix.isEmpty()) {
            return named.map(
                    name -> FieldError.of(DATASET, "run mixes no datasets", "nothing", name));
        }
        List<String> names = mix.get().names();
        if (named.isEmpty()) {
            return isNeeded
                    ? Optional.of(FieldError.of(DATASET, FieldError.MISSING, names, "nothing"))
                    : Optional.empty();
        }
        return named.filter(name -> !names.contains(name))
                .map(name -> FieldError.of(DATASET, "not a dataset of the run", names, name));
    }
}
