package org.lexicographer.eval.definition;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A figure with a definition: what the enums have in common that list figures. */
public interface Defined {

    /** Returns what the figure means. */
    Definition definition();

    /** Returns the name under which it is reported. */
    default String id() {
        return definition().id();
    }

    /** Returns the version of its definition. */
    default int version() {
        return definition().version();
    }

    /** Returns the versions of figures, by name. */
    static Map<String, Integer> versions(Defined[] figures) {
        return Stream.of(figures).collect(Collectors.toMap(Defined::id, Defined::version));
    }

    /** Returns what figures mean, in their order. */
    static List<Definition> definitions(Defined[] figures) {
        return Stream.of(figures).map(Defined::definition).toList();
    }
}
