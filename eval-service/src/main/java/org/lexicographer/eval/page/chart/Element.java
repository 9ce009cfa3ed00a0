package org.lexicographer.eval.page.chart;

/** An element of SVG or HTML that is being written; text and values are escaped. */
public final class Element {

    private final String name;
    private final StringBuilder attributes = new StringBuilder();
    private final StringBuilder content = new StringBuilder();

    private Element(String name) {
        this.name = name;
    }

    /** Starts an element. */
    public static Element of(String name) {
        return new Element(name);
    }

    /** Adds an attribute. */
    public Element with(String attribute, String value) {
        attributes.append(' ').append(attribute).append("=\"");
        escape(value, attributes);
        attributes.append('"');
        return this;
    }

    /** Adds a length or a place, in hundredths of the unit of the drawing. */
    Element with(String attribute, double value) {
        return with(attribute, Numbers.hundredths(value));
    }

    /** Adds text. */
    public Element text(String text) {
        escape(text, content);
        return this;
    }

    /** Adds an element within this one. */
    public Element add(Element child) {
        child.writeTo(content);
        return this;
    }

    /** Adds what browsers show when the pointer rests on the element. */
    Element titled(String title) {
        return add(of("title").text(title));
    }

    private static void escape(String text, StringBuilder out) {
        for (int at = 0; at < text.length(); at++) {
            char character = text.charAt(at);
            switch (character) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(character);
            }
        }
    }

    /** Writes the element. */
    public void writeTo(StringBuilder out) {
        out.append('<').append(name).append(attributes).append('>').append(content);
        out.append("</").append(name).append('>');
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        writeTo(out);
        return out.toString();
    }
}
