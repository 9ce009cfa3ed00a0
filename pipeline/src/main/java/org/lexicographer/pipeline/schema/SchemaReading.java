package org.lexicographer.pipeline.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import org.lexicographer.pipeline.FieldError;

/**
 * What was read of a document.
 *
 * @param document the document with its defaults, and with something valid in place of what is
 *     wrong, so that rules across fields can be checked on the rest
 * @param errors what is wrong, in the order of the schema
 * @param wrong the paths of all that is not as it was sent
 */
public record SchemaReading(JsonNode document, List<FieldError> errors, Set<String> wrong) {

    /** Copies the collections. */
    public SchemaReading {
        errors = List.copyOf(errors);
        wrong = Set.copyOf(wrong);
    }

    /** Starts to check the rules that go across fields. */
    public Rules rules() {
        return new Rules(errors, wrong);
    }
}
