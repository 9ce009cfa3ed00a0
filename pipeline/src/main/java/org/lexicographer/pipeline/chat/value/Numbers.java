package org.lexicographer.pipeline.chat.value;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.function.LongBinaryOperator;
import org.lexicographer.pipeline.chat.syntax.TemplateException;
import org.lexicographer.pipeline.chat.syntax.WhiteSpace;

/** Python's numbers. */
public final class Numbers {

    private Numbers() {}

    /** Python's repr of a float: the shortest digits that give it back. */
    public static String printed(double number) {
        if (Double.isNaN(number)) {
            return "nan";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "inf" : "-inf";
        }
        if (number == 0) {
            return 1 / number < 0 ? "-0.0" : "0.0";
        }
        BigDecimal digits = new BigDecimal(Double.toString(number)).stripTrailingZeros();
        int exponent = digits.precision() - digits.scale() - 1;
        if (exponent >= -4 && exponent < 16) {
            String plain = digits.toPlainString();
            return digits.scale() > 0 ? plain : plain + ".0";
        }
        String all = digits.unscaledValue().abs().toString();
        String fraction = all.length() > 1 ? "." + all.substring(1) : "";
        return "%s%s%se%s%02d"
                .formatted(
                        number < 0 ? "-" : "",
                        all.charAt(0),
                        fraction,
                        exponent < 0 ? "-" : "+",
                        Math.abs(exponent));
    }

    /** Returns the number on the other side of zero, of which there are two. */
    public static Object negative(Object value) {
        return value instanceof Double number ? (Object) (-number) : computed("-", 0L, value);
    }

    /** Returns what an operator makes of two numbers. */
    public static Object computed(String operator, Object left, Object right) {
        if (left instanceof Double || right instanceof Double || operator.equals("/")) {
            return ofFloats(operator, decimal(left), decimal(right));
        }
        return switch (operator) {
            case "+" -> exact(Math::addExact, left, right);
            case "-" -> exact(Math::subtractExact, left, right);
            case "*" -> exact(Math::multiplyExact, left, right);
            case "//" -> Math.floorDiv(whole(left), divisor(right));
            case "%" -> Math.floorMod(whole(left), divisor(right));
            default -> throw TemplateException.notKnown("operator", operator);
        };
    }

    private static long divisor(Object value) {
        long number = whole(value);
        checkDivisor(number);
        return number;
    }

    private static void checkDivisor(double number) {
        if (number == 0) {
            throw new TemplateException("chat template divides by zero");
        }
    }

    private static double ofFloats(String operator, double left, double right) {
        if (operator.equals("/")) {
            checkDivisor(right);
        }
        return switch (operator) {
            case "+" -> left + right;
            case "-" -> left - right;
            case "*" -> left * right;
            case "/" -> left / right;
            default -> throw TemplateException.notKnown("operator", operator);
        };
    }

    private static long exact(LongBinaryOperator operator, Object left, Object right) {
        try {
            return operator.applyAsLong(whole(left), whole(right));
        } catch (ArithmeticException e) {
            throw new TemplateException("chat template computes too large a number");
        }
    }

    /** Tells which of two numbers is larger. */
    public static int compare(Object left, Object right) {
        return left instanceof Double || right instanceof Double
                ? Double.compare(comparable(left), comparable(right))
                : Long.compare(whole(left), whole(right));
    }

    /** Nothing is larger or smaller than what is no number, and -0 is 0. */
    private static double comparable(Object value) {
        double number = decimal(value);
        if (Double.isNaN(number)) {
            throw TemplateException.notKnown("number", "nan");
        }
        return number + 0.0;
    }

    public static boolean isNumber(Object value) {
        return value instanceof Long || value instanceof Double || value instanceof Boolean;
    }

    /** Returns a number without its fraction; empty where Python has none. */
    public static Optional<Long> truncated(double number) {
        if (!Double.isFinite(number)) {
            return Optional.empty();
        }
        if (Math.abs(number) > 1L << 53) {
            throw TemplateException.notKnown("number", printed(number));
        }
        return Optional.of((long) number);
    }

    /**
     * Returns the whole number that a text is, or is but for a fraction; empty where it is none.
     */
    public static Optional<Long> parsed(String text) {
        String stripped = WhiteSpace.strip(text, true, true);
        if (stripped.matches("[+-]?[0-9]{1,18}")) {
            return Optional.of(Long.valueOf(stripped));
        }
        if (stripped.matches("[+-]?[0-9]{1,15}\\.[0-9]{0,15}")) {
            return truncated(Double.parseDouble(stripped));
        }
        if (stripped.matches(".*[0-9].*")) {
            throw TemplateException.notKnown("number", stripped);
        }
        return Optional.empty();
    }

    /** Returns a whole number; a truth value is 0 or 1. */
    public static long whole(Object value) {
        return switch (value) {
            case Long number -> number;
            case Boolean truth -> truth ? 1 : 0;
            default -> throw TemplateException.notKnown("number", Values.typeOf(value));
        };
    }

    private static double decimal(Object value) {
        if (value instanceof Double number) {
            return number;
        }
        long number = whole(value);
        if (Math.abs(number) > 1L << 53) {
            throw TemplateException.notKnown("number", Long.toString(number));
        }
        return number;
    }
}
