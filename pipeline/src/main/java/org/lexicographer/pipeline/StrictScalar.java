package org.lexicographer.pipeline;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;

/**
 * Reads a text, a number or a truth value from JSON of that type alone: a number in quotes is
 * wrong, and so are a fraction where a whole number is wanted and a number beyond the type's range.
 * 7.0 is a whole number.
 *
 * @param <T> the type that is read
 */
final class StrictScalar<T> extends StdScalarDeserializer<T> {

    private static final long serialVersionUID = 1L;

    /** Beyond 2^53 a number with a point is not exact. */
    private static final double MAX_EXACT = 1L << 53;

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
        Long value = longValue(parser, token);
        return value == null || value != value.intValue() ? null : (Integer) value.intValue();
    }

    /** A whole number may be written with a point, as tools do whose numbers all are so. */
    private static Long longValue(JsonParser parser, JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_NUMBER_FLOAT) {
            double value = parser.getDoubleValue();
            boolean isWhole = value == Math.rint(value) && Math.abs(value) <= MAX_EXACT;
            return isWhole ? (Long) (long) value : null;
        }
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
                ? context.reportInputMismatch(this, FieldError.MISSING)
                : null;
    }
}
