package org.lexicographer.dictionary.torch;

import java.util.List;
import org.lexicographer.dictionary.DictionaryException;

/** Takes values off a pickle's stack as what they must be, or refuses them. */
final class PickleValues {

    private PickleValues() {}

    static StateDict dict(Object value) {
        if (value instanceof StateDict dict) {
            return dict;
        }
        throw unexpected("dict", value);
    }

    static List<?> list(Object value) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw unexpected("tuple", value);
    }

    static List<Long> integers(Object value) {
        return list(value).stream().map(PickleValues::integer).toList();
    }

    static long integer(Object value) {
        if (value instanceof Long integer) {
            return integer;
        }
        throw unexpected("integer", value);
    }

    static String text(Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw unexpected("text", value);
    }

    static DictionaryException unexpected(String expected, Object found) {
        return new DictionaryException(
                "pickle not well-formed: expected=%s, found=%s"
                        .formatted(expected, found.getClass().getSimpleName()));
    }
}
