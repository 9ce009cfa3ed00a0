package org.lexicographer.eval.definition;

import static java.util.Objects.requireNonNull;

/**
 * What a figure means.
 *
 * @param id the name under which it is reported
 * @param version the version of the definition; figures of different versions do not compare
 * @param unit what it counts or measures
 * @param formula how it is computed
 * @param over the tokens that it is over
 * @param source who defined it
 */
public record Definition(
        String id, int version, String unit, String formula, String over, String source) {

    public Definition {
        requireNonNull(id, "id is null");
        requireNonNull(unit, "unit is null");
        requireNonNull(formula, "formula is null");
        requireNonNull(over, "over is null");
        requireNonNull(source, "source is null");
    }
}
