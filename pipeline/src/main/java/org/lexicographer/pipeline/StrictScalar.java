package org.lexicographer.pipeline;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;

/**
 * Reads a text, a number or a truth value from nothing else: a number in quotes is no number, and
 * one with a fraction is no whole number. Numbers beyond the type's range are none of its values.
 *
 * @param <T> the type that is read
 */
final class StrictScalar<T> extends StdScalarDeserializer<T> {

    private static final long serialVersionUID = 1L;

    private final transient Reader<T> reader;

    /** Returns the value of the parser's token, or null when it is none of the type. */
    private interface Reader<T> {
        T read(JsonParser parser, JsonToken token) throws IOException;
    }

    private StrictScalar(Class<T> type, Reader<T> reader) {
        super(type);
        this.reader = reader;
    }

    /** Returns a module that reads all scalar types so. */
    static SimpleModule module() {
        SimpleModule module = new SimpleModule("strict-scalars");
        add(module, String.class, (p, t) -> t == JsonToken.VALUE_STRING ? p.getText() : null);
        add(module, boolean.class, (p, t) -> t.isBoolean() ? p.getBooleanValue() : null);
        add(module, Boolean.class, (p, t) -> t.isBoolean() ? p.getBooleanValue() : null);
        add(module, int.class, StrictScalar::intValue);
        add(module, Integer.class, StrictScalar::intValue);
        add(module, long.class, StrictScalar::longValue);
        add(module, Long.class, StrictScalar::longValue);
        add(module, double.class, StrictScalar::doubleValue);
        add(module, Double.class, StrictScalar::doubleValue);
        return module;
    }

    private static <T> void add(SimpleModule module, Class<T> type, Reader<T> reader) {
        module.addDeserializer(type, new StrictScalar<>(type, reader));
    }

    private static Integer intValue(JsonParser parser, JsonToken token) throws IOException {
        boolean fits =
                token == JsonToken.VALUE_NUMBER_INT
                        && parser.getNumberType() == JsonParser.NumberType.INT;
        return fits ? parser.getIntValue() : null;
    }

    private static Long longValue(JsonParser parser, JsonToken token) throws IOException {
        boolean fits =
                token == JsonToken.VALUE_NUMBER_INT
                        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
        return fits ? parser.getLongValue() : null;
    }

    /** JSON has no name for what is not finite; it is written as text. */
    private static Double doubleValue(JsonParser parser, JsonToken token) throws IOException {
        if (token.isNumeric()) {
            return parser.getDoubleValue();
        }
        if (token != JsonToken.VALUE_STRING) {
            return null;
        }
        return switch (parser.getText()) {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> null;
        };
    }

    @Override
    public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        T value = reader.read(parser, parser.currentToken());
        return value == null ? wrong(parser, context) : value;
    }

    @SuppressWarnings("unchecked")
    private T wrong(JsonParser parser, DeserializationContext context) throws IOException {
        return (T) context.handleUnexpectedToken(_valueClass, parser);
    }

    @Override
    public T getNullValue(DeserializationContext context) throws JsonMappingException {
        return _valueClass.isPrimitive()
                ? context.reportInputMismatch(this, WrongFields.MISSING)
                : null;
    }
}
