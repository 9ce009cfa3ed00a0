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

/** Takes the values of one row, as a record has them; bytes are texts, or make the row unusable. */
final class RowValues {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private long length;
    private Optional<String> fault = Optional.empty();

    /** Returns the value of a field; nothing is replaced in it. */
    JsonNode of(StructAccessor record, String field) {
        return record.isNull(field) ? NODES.nullNode() : value(record.getRawValue(field));
    }

    private JsonNode value(Object raw) {
        length += Long.BYTES;
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

    private JsonNode text(byte[] bytes) {
        length += bytes.length;
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
        ArrayNode array = NODES.arrayNode(list.size());
        for (int i = 0; i < list.size(); i++) {
            array.add(list.isNull(i) ? NODES.nullNode() : value(list.getRaw(i)));
        }
        return array;
    }

    /** Returns the row with the values that were taken. */
    ParquetRow row(long number, ObjectNode wanted, List<String> others) {
        return new ParquetRow(number, length, new Fields(wanted, others, true), fault);
    }
}
