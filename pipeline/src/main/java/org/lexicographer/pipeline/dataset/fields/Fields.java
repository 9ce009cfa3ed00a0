package org.lexicographer.pipeline.dataset.fields;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.lexicographer.pipeline.BrokenRuleException;

/**
 * What a record holds.
 *
 * @param wanted the fields that were asked for, as far as they are there
 * @param others names of further fields
 * @param isTable whether the record is a row of a table, whose columns say which of them are lists
 */
public record Fields(ObjectNode wanted, List<String> others, boolean isTable) {

    /** The most bytes of a record that is read. */
    public static final int MOST_BYTES = 16 << 20;

    public Fields {
        requireNonNull(wanted, "wanted is null");
        others = List.copyOf(others);
    }

    /**
     * Returns the value at a path.
     *
     * @throws BrokenRuleException when there is none
     */
    JsonNode at(FieldPath path, String what) {
        JsonNode value = path.in(wanted);
        if (value.isMissingNode()) {
            throw new BrokenRuleException(what + " missing", path, others);
        }
        return value;
    }

    /** Tells whether a list at the path stands for the texts in it. */
    boolean joins(FieldPath path) {
        return isTable || path.isDeep();
    }
}
