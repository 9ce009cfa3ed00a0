package org.lexicographer.pipeline.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.pipeline.dataset.TableBuilder.Kind;
import org.lexicographer.pipeline.dataset.fields.DocumentContent.TextField;

/** Tables that no writer makes, each so small that its size says nothing of what it asks for. */
@Timeout(600)
class HostileTablesTest {

    private static int rows(byte[] file, String field) {
        try (Documents documents =
                new DocumentReader(uri -> new ByteArrayInputStream(file), 1 << 20, 16 << 20)
                        .open("s3://data/a.parquet", new TextField(field))) {
            int rows = 0;
            Optional<DocumentEntry> entry = documents.next();
            while (entry.isPresent()) {
                rows++;
                entry = documents.next();
            }
            return rows;
        }
    }

    private static byte[] lists(Kind kind, int width) {
        return new TableBuilder().list("text", kind, width).build(2);
    }

    /** The tables below differ from these by a number alone. */
    @Test
    void modestOnesAreRead() {
        assertThat(rows(lists(Kind.BYTES, 0), "text")).isEqualTo(2);
        assertThat(rows(lists(Kind.FIXED_BYTES, 3), "text")).isEqualTo(2);
        assertThat(rows(structs(3), "text.t0")).isEqualTo(2);
        assertThat(rows(nested(3), "text.s.s.t")).isEqualTo(2);
        assertThat(rows(repeated("x", 300), "text")).isEqualTo(300);
    }

    /** The library makes room for values of the width that is written, before it reads one. */
    @ParameterizedTest
    @ValueSource(ints = {60_000, Integer.MAX_VALUE})
    void valuesOfAnyWidthAreRefused(int width) {
        assertRefused(lists(Kind.FIXED_BYTES, width), "text", "too many or too wide");
    }

    /** It makes room for some thousands of each. */
    @Test
    void thousandsOfTextsInAStructAreRefused() {
        assertRefused(structs(3_000), "text.t0", "too many or too wide: most=536870912 bytes");
    }

    private static byte[] structs(int texts) {
        return new TableBuilder().struct("text", texts).build(2);
    }

    /** It goes into them by recursion. */
    @Test
    void structsInStructsWithoutEndAreRefused() {
        assertRefused(nested(100_000), "text", "columns nested too deeply: most=64");
    }

    private static byte[] nested(int depth) {
        return new TableBuilder().nested("text", depth).build(2);
    }

    /** By the bytes of the group a batch had 130 rows, and no array holds so many such texts. */
    @Test
    void aLongTextThatEveryRowHasIsHeldInSmallBatches() {
        assertRefused(repeated("x".repeat(17 << 20), 560), "text", "content too large: most=16");
    }

    private static byte[] repeated(String text, int rows) {
        return new TableBuilder().repeated("text", text, rows).build(1);
    }

    /** Its decoder writes as much as the data say, into as much room as the page's header says. */
    @Test
    void compressedDataThatAreMoreThanTheirPageAreRefused() {
        // A length and one literal: levels with their length, and a text with its own.
        byte[] compressed = new byte[62];
        compressed[0] = 60;
        compressed[1] = (byte) (59 << 2);
        compressed[2] = 2;
        compressed[6] = 2;
        compressed[7] = 1;
        compressed[8] = 50;

        assertThat(rows(snappy(compressed, 60), "text")).isEqualTo(1);
        assertRefused(
                snappy(compressed, 8),
                "text",
                "length before compressed data is not that of the page: expected=8, found=60");
        assertRefused(
                snappy(new byte[] {-1, -1, -1, -1, -1, 1}, 60),
                "text",
                "length before compressed data is not that of the page");
    }

    private static byte[] snappy(byte[] compressed, int decoded) {
        return new TableBuilder().repeated("text", "", 1).snappy(compressed, decoded).build(1);
    }

    /** The library follows an index to pages whose headers nobody has looked over. */
    @Test
    void anIndexThatLeadsElsewhereIsRefused() {
        assertThat(rows(indexed(4), "text")).isEqualTo(1);
        assertRefused(indexed(5), "text", "index leads to other pages than follow each other");
        assertRefused(indexed(4, 4), "text", "index leads to other pages than follow each other");
    }

    private static byte[] indexed(long... places) {
        return new TableBuilder().list("text", Kind.BYTES, 0).index(places).build(1);
    }

    /** The library knows columns by their places, and waits for ever for what is not there. */
    @Test
    void aColumnThatIsCalledSomethingElseIsLookedOver() {
        assertThat(rows(misnamed(0), "text")).isEqualTo(1);
        assertRefused(misnamed(1), "text", "beyond what may be: stored bytes, most=1, found=2");
    }

    private static byte[] misnamed(int missing) {
        return new TableBuilder().list("text", Kind.BYTES, 0).misnamed(missing).build(1);
    }

    /** How many values it has is another number, then, and where the next page begins. */
    @Test
    void aPageOfTwoKindsIsRefused() {
        assertRefused(
                new TableBuilder().list("text", Kind.BYTES, 0).twoKinds().build(1),
                "text",
                "page of more than one kind: offset=4, column=text");
    }

    private static void assertRefused(byte[] file, String field, String reason) {
        assertThatThrownBy(() -> rows(file, field))
                .isInstanceOf(UnreadableDocumentsException.class)
                .hasMessageContaining(reason);
    }
}
