package org.lexicographer.allinone.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** A part of a YAML document: a map, a list or a value. */
record Manifest(Object tree) {

    /** The documents of a file. */
    static List<Manifest> file(Path file) throws IOException {
        return parse(Files.readString(file));
    }

    /** The documents of a text. */
    static List<Manifest> parse(String text) {
        List<Manifest> documents = new ArrayList<>();
        for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(text)) {
            if (document != null) {
                documents.add(new Manifest(document));
            }
        }
        return documents;
    }

    String kind() {
        return at("kind").text();
    }

    String name() {
        return at("metadata", "name").text();
    }

    String text() {
        return tree.toString();
    }

    int number() {
        return (Integer) tree;
    }

    /** The elements of a list. */
    List<Manifest> elements() {
        assertThat(tree).isInstanceOf(List.class);
        return ((List<?>) tree).stream().map(Manifest::new).toList();
    }

    /** The values of a map whose values are texts. */
    Map<String, String> values() {
        Map<String, String> values = new TreeMap<>();
        assertThat(tree).isInstanceOf(Map.class);
        ((Map<?, ?>) tree).forEach((key, value) -> values.put(key.toString(), value.toString()));
        return values;
    }

    /** The value that keys lead to; fails where there is none. */
    Manifest at(Object... keys) {
        return find(keys)
                .orElseThrow(() -> new AssertionError("no " + List.of(keys) + " in " + tree));
    }

    /** The value that keys of maps, and numbers of elements, lead to. */
    Optional<Manifest> find(Object... keys) {
        Object reached = tree;
        for (Object key : keys) {
            reached =
                    switch (reached) {
                        case Map<?, ?> map -> map.get(key);
                        case List<?> list -> list.get((Integer) key);
                        case null, default -> null;
                    };
        }
        return Optional.ofNullable(reached).map(Manifest::new);
    }
}
