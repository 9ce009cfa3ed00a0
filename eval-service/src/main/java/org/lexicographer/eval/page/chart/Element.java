package org.lexicographer.eval.page.chart;

import java.util.Locale;

/** An element of SVG that is being written; text and values are escaped. */
final class Element {

    private final String name;
    private final StringBuilder attributes = new StringBuilder();
    private final StringBuilder content = new StringBuilder();

    private Element(String name) {
        this.name = name;
    }

    static Element of(String name) {
        return new Element(name);
    }

    Element with(String attribute, String value) {
        attributes.append(' ').append(attribute).append("=\"").append(escaped(value)).append('"');
        return this;
    }

    /** Adds a length or a place, in hundredths of the unit of the drawing. */
    Element with(String attribute, double value) {
        return with(attribute, String.format(Locale.ROOT, "%.2f", value));
    }

    Element text(String text) {
        content.append(escaped(text));
        return this;
    }

    Element add(Element child) {
        content.append(child);
        return this;
    }

    /** Adds what browsers show when the pointer rests on the element. */
    Element titled(String title) {
        return add(of("title").text(title));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    @Override
    public String toString() {
        return "<" + name + attributes + ">" + content + "</" + name + ">";
    }
}
