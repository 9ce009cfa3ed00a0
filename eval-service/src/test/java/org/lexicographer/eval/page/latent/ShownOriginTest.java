package org.lexicographer.eval.page.latent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.stored.DocumentSpan;

class ShownOriginTest {

    private static final Optional<String> FILE = Optional.of("s3://texts/a.jsonl");

    @Test
    void aTokenIsFoundInTheDocumentThatHoldsIt() {
        DocumentSpan first = new DocumentSpan(0, FILE, 4, 6, 100);
        DocumentSpan second = new DocumentSpan(10, FILE, 5, 7, 0);

        assertThat(ShownOrigin.of(List.of(first, second), 9))
                .contains(new ShownOrigin(FILE, 6, 4, 109));
        assertThat(ShownOrigin.of(List.of(first, second), 10))
                .contains(new ShownOrigin(FILE, 7, 5, 0));
        assertThat(ShownOrigin.all(List.of(first, second)))
                .containsExactly(new ShownOrigin(FILE, 6, 4, 100), new ShownOrigin(FILE, 7, 5, 0));
    }

    @Test
    void whatWasNotRecordedIsNotShown() {
        assertThat(ShownOrigin.of(List.of(), 9)).isEmpty();
        assertThat(ShownOrigin.all(List.of())).isEmpty();
    }

    @Test
    void aTextWithoutAFileSaysSo() {
        DocumentSpan span = new DocumentSpan(0, Optional.empty(), 0, 1, 0);

        assertThat(ShownOrigin.of(List.of(span), 3))
                .map(ShownOrigin::text)
                .contains("the text of the request, line 1: document 0, token 3");
    }
}
