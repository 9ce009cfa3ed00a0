package org.lexicographer.pipeline.dataset.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hardwood.row.PqList;
import dev.hardwood.row.PqStruct;
import dev.hardwood.row.StructAccessor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.lexicographer.pipeline.dataset.fields.Fields;
import org.lexicographer.pipeline.dataset.fields.StrictUtf8;

/**
 * Takes the values of one row, as a record has them; bytes are texts, or make the row unusable. So
 * does a value beyond what a record may have, and none is taken after it.
 */
final class RowValues {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private long length;
    private Optional<String> fault = Optional.empty();

    /** Returns the value of a field; nothing is replaced in it. */
    JsonNode of(StructAccessor record, String field) {
        return record.isNull(field) ? NODES.nullNode() : of(record.getRawValue(field));
    }

    /** Returns a value as the library hands it out; nothing is replaced in it. */
    JsonNode of(Object raw) {
        length += Long.BYTES + (raw instanceof byte[] bytes ? bytes.length : 0);
        if (isTooLong()) {
            fault = Optional.of("row too long: maxBytes=" + Fields.MOST_BYTES);
            return NODES.nullNode();
        }
        return switch (raw) {
            case null -> NODES.nullNode();
            case byte[] bytes -> text(bytes);
            case Integer number -> NODES.numberNode(number);
            case Long number -> NODES.numberNode(number);
            case Float number -> NODES.numberNode(number);
            case Double number -> NODES.numberNode(number);
            case Boolean truth -> NODES.booleanNode(truth);
            case PqStruct struct -> object(struct);
            case PqList list -> array(list);
            default -> NODES.pojoNode(raw);
        };
    }

    private boolean isTooLong() {
        return length > Fields.MOST_BYTES;
    }

    private JsonNode text(byte[] bytes) {
        Optional<String> text = StrictUtf8.decode(ByteBuffer.wrap(bytes));
        if (text.isEmpty()) {
            fault = Optional.of("text is not UTF-8");
        }
        return NODES.textNode(text.orElse(""));
    }

    private ObjectNode object(PqStruct struct) {
        ObjectNode object = NODES.objectNode();
        for (int i = 0; i < struct.getFieldCount(); i++) {
            String name = struct.getFieldName(i);
            object.set(name, of(struct, name));
        }
        return object;
    }

    private ArrayNode array(PqList list) {
        ArrayNode array = NODES.arrayNode();
        for (int i = 0; i < list.size() && !isTooLong(); i++) {
            array.add(list.isNull(i) ? NODES.nullNode() : of(list.getRaw(i)));
        }
        return array;
    }

    /** Returns the row with the values that were taken. */
    ParquetRow row(long number, ObjectNode wanted, List<String> others) {
        return new ParquetRow(number, length, new Fields(wanted, others, true), fault);
    }
}
