package org.lexicographer.pipeline.message.progress;

import java.util.Collections;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Figures by name: what progress is written as, and read from. */
public final class Figures {

    private final Map<String, Double> values = new TreeMap<>();

    /** Starts without figures. */
    public Figures() {}

    /** Takes figures that were read; one without a value is none. */
    public Figures(Map<String, Double> read) {
        read.forEach(
                (name, value) -> {
                    if (value != null) {
                        values.put(name, value);
                    }
                });
    }

    /** Returns the figures as they are written, in the order of their names. */
    public Map<String, Double> values() {
        return Collections.unmodifiableMap(values);
    }

    /** Returns the number of the block that the part failed for, if that is why it failed. */
    public OptionalLong lostBlock() {
        return optionalCount(Figure.LOST_BLOCK);
    }

    /** Adds the number of the block that the part failed for. */
    public Figures withLostBlock(OptionalLong sequence) {
        return with(Figure.LOST_BLOCK, sequence);
    }

    Figures with(Figure figure, double value) {
        values.put(figure.text(), value);
        return this;
    }

    Figures with(Figure figure, OptionalLong value) {
        value.ifPresent(present -> with(figure, present));
        return this;
    }

    Figures with(Figure figure, String name, double value) {
        values.put(figure.text() + name, value);
        return this;
    }

    /** Returns a figure; 0 when it is not there. */
    double number(Figure figure) {
        return values.getOrDefault(figure.text(), 0.0);
    }

    /** Returns a figure that counts; 0 when it is not there. */
    long count(Figure figure) {
        return (long) number(figure);
    }

    OptionalLong optionalCount(Figure figure) {
        return values.containsKey(figure.text())
                ? OptionalLong.of(count(figure))
                : OptionalLong.empty();
    }

    boolean has(Figure figure, String name) {
        return values.containsKey(figure.text() + name);
    }

    double number(Figure figure, String name) {
        return values.getOrDefault(figure.text() + name, 0.0);
    }

    /** Returns the names, of recipes or datasets, that have any of the figures. */
    Set<String> names(Figure... figures) {
        Set<String> names = new TreeSet<>();
        for (Figure figure : figures) {
            values.keySet().stream()
                    .filter(name -> name.startsWith(figure.text()))
                    .map(name -> name.substring(figure.text().length()))
                    .forEach(names::add);
        }
        return names;
    }
}
