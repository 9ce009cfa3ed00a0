package org.lexicographer.eval.page.latent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.lexicographer.eval.latent.result.Example;
import org.lexicographer.eval.latent.result.Example.Token;

class SegmentTest {

    private static Token token(String text, float value) {
        return new Token(text, 0, value);
    }

    @Test
    void tokensOnWhichTheLatentIsSilentAreOnePiece() {
        // When
        List<Segment> segments =
                Segment.of(
                        List.of(
                                token("a", 0),
                                token(" b\n", 0),
                                token("c", 2),
                                token("d", 4),
                                token("e", 0)),
                        4);

        // Then
        assertThat(segments)
                .containsExactly(
                        new Segment("a b\u21b5", 0, ""),
                        new Segment("c", 5, "2"),
                        new Segment("d", 10, "4"),
                        new Segment("e", 0, ""));
    }

    @Test
    void anExampleIsCutAroundItsLargestValue() {
        // Given
        List<Token> tokens = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            tokens.add(token(" " + i, i == 50 ? 3 : 0));
        }

        // When
        ShownExample cut = ShownExample.of(new Example(7, 3, 50, tokens, List.of()), 3);
        ShownExample whole =
                ShownExample.of(new Example(7, 3, 2, tokens.subList(0, 9), List.of()), 3);

        // Then
        assertThat(text(cut.around())).startsWith(" 26 27").endsWith(" 61 62");
        assertThat(cut.before()).isTrue();
        assertThat(cut.after()).isTrue();
        assertThat(text(cut.whole())).startsWith(" 0 1").endsWith(" 99");
        assertThat(whole.isCut()).isFalse();
    }

    @Test
    void whatStoodInADatasetIsNoMarkup() {
        ShownExample shown =
                ShownExample.of(
                        new Example(
                                7,
                                3,
                                1,
                                List.of(token("<b>&\"", 0), token("</mark><script>'", 3)),
                                List.of()),
                        3);

        assertThat(shown.wholeHtml())
                .isEqualTo(
                        "<span class=\"token\">&lt;b&gt;&amp;&quot;</span>"
                                + "<mark class=\"token heat-10\" title=\"3\">"
                                + "&lt;/mark&gt;&lt;script&gt;&#39;"
                                + "<span class=\"unseen\"> (3)</span></mark>");
        assertThat(shown.aroundHtml()).isEqualTo(shown.wholeHtml());
    }

    private static String text(List<Segment> segments) {
        return segments.stream().map(Segment::text).collect(Collectors.joining());
    }
}
