package org.lexicographer.eval.page.latent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.eval.latent.result.Example;
import org.lexicographer.pipeline.stored.DocumentSpan;

class ShownOriginTest {

    private static final Optional<String> FILE = Optional.of("s3://texts/a.jsonl");

    private static Example example(int position, DocumentSpan... origin) {
        return new Example(7, 3, position, List.of(), List.of(origin));
    }

    @Test
    void theLargestValueIsFoundInTheDocumentThatHoldsItsToken() {
        DocumentSpan first = new DocumentSpan(0, FILE, 4, 6, 100);
        DocumentSpan second = new DocumentSpan(10, FILE, 5, 7, 0);

        assertThat(ShownOrigin.ofPeak(example(9, first, second)))
                .contains(new ShownOrigin(FILE, 6, 4, 109));
        assertThat(ShownOrigin.ofPeak(example(10, first, second)))
                .contains(new ShownOrigin(FILE, 7, 5, 0));
        assertThat(ShownOrigin.all(example(9, first, second)))
                .containsExactly(new ShownOrigin(FILE, 6, 4, 100), new ShownOrigin(FILE, 7, 5, 0));
    }

    @Test
    void whatWasNotRecordedIsNotShown() {
        assertThat(ShownOrigin.ofPeak(example(9))).isEmpty();
        assertThat(ShownOrigin.all(example(9))).isEmpty();
    }

    @Test
    void aTextWithoutAFileSaysSo() {
        DocumentSpan span = new DocumentSpan(0, Optional.empty(), 0, 1, 0);

        assertThat(ShownOrigin.ofPeak(example(3, span)))
                .map(ShownOrigin::shard)
                .contains("the text of the request");
    }
}
