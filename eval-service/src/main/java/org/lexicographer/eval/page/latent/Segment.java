package org.lexicographer.eval.page.latent;

import java.util.ArrayList;
import java.util.List;
import org.lexicographer.eval.latent.result.Example.Token;
import org.lexicographer.eval.page.chart.Element;
import org.lexicographer.eval.page.chart.Numbers;

/**
 * A piece of an example: a token on which the latent is active, or several in a row on which it is
 * not.
 *
 * @param text what is read, with signs for what cannot be seen
 * @param heat how strong the latent is on it, from 0 (silent) to {@value ShownToken#MOST_HEAT}
 * @param value the latent's value; empty where it is silent
 */
public record Segment(String text, int heat, String value) {

    /**
     * Cuts tokens into pieces.
     *
     * @param most the value that is shown as the strongest
     */
    static List<Segment> of(List<Token> tokens, double most) {
        List<Segment> segments = new ArrayList<>();
        StringBuilder silent = new StringBuilder();
        for (Token token : tokens) {
            String text = ShownToken.visible(token.text());
            if (token.value() > 0) {
                flush(silent, segments);
                int heat = ShownToken.heat(token.value(), most);
                segments.add(new Segment(text, heat, Numbers.figure(token.value())));
            } else {
                silent.append(text);
            }
        }
        flush(silent, segments);
        return segments;
    }

    /** Returns pieces as HTML; values are shown on hover, and read out. */
    static String html(List<Segment> segments) {
        StringBuilder html = new StringBuilder();
        segments.forEach(segment -> segment.element().writeTo(html));
        return html.toString();
    }

    private Element element() {
        if (heat == 0) {
            return Element.of("span").with("class", "token").text(text);
        }
        return Element.of("mark")
                .with("class", "token heat-" + heat)
                .with("title", value)
                .text(text)
                .add(Element.of("span").with("class", "unseen").text(" (" + value + ")"));
    }

    private static void flush(StringBuilder silent, List<Segment> segments) {
        if (!silent.isEmpty()) {
            segments.add(new Segment(silent.toString(), 0, ""));
            silent.setLength(0);
        }
    }
}
