package org.lexicographer.languagemodel.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.languagemodel.tokenizer.PackedContext.Piece;
import org.lexicographer.pipeline.block.DatasetPosition;
import org.lexicographer.pipeline.run.PackingSpec.Documents;

class ContextPackerTest {

    private static final int END = 0;
    private static final int BEGIN = -1;

    private static final Packing JOINED_AFTER_BEGINNING =
            new Packing(4, OptionalInt.of(BEGIN), OptionalInt.of(END), Documents.JOIN);

    /** A part of a document of a shard. */
    private record Part(long shard, EncodedPart part) {}

    @Test
    void saysWhereTheDatasetGoesOnBehindEachContext() {
        List<Part> parts =
                List.of(
                        part(5, 0, true, 1, 2, 3),
                        part(5, 1, false, 4, 5),
                        part(5, 1, true),
                        part(8, 0, true, 6, 7, 8, 9, 10));

        List<PackedContext> contexts = pack(3, DatasetPosition.START, parts);

        assertThat(contexts)
                .extracting(PackedContext::tokens)
                .containsExactly(
                        new int[] {1, 2, 3},
                        new int[] {0, 4, 5},
                        new int[] {0, 6, 7},
                        new int[] {8, 9, 10});
        assertThat(contexts)
                .extracting(PackedContext::next)
                .containsExactly(
                        new DatasetPosition(5, 0, 3),
                        new DatasetPosition(5, 1, 2),
                        new DatasetPosition(8, 0, 2),
                        new DatasetPosition(8, 0, 5));
    }

    @Test
    void saysWhichDocumentsAContextIsFrom() {
        List<Part> parts =
                List.of(
                        part(5, 0, true, 1, 2, 3),
                        part(5, 1, false),
                        part(5, 1, true),
                        part(5, 2, false, 4),
                        part(5, 2, true, 5),
                        part(8, 0, true, 6, 7, 8, 9, 10));

        List<PackedContext> contexts = pack(4, DatasetPosition.START, parts);

        // 1 2 3 end | 4 5 end 6 | 7 8 9 10
        assertThat(contexts)
                .extracting(PackedContext::pieces)
                .containsExactly(
                        List.of(new Piece(0, new DatasetPosition(5, 0, 0), 10)),
                        List.of(
                                new Piece(0, new DatasetPosition(5, 2, 0), 12),
                                new Piece(3, new DatasetPosition(8, 0, 0), 10)),
                        List.of(new Piece(0, new DatasetPosition(8, 0, 1), 10)));
    }

    @Test
    void anEndOfTextThatBeginsAContextIsOfTheDocumentBeforeIt() {
        List<PackedContext> contexts =
                pack(
                        2,
                        DatasetPosition.START,
                        List.of(part(1, 0, true, 1, 2), part(1, 1, true, 3)));

        assertThat(contexts.getLast().pieces())
                .containsExactly(
                        new Piece(0, new DatasetPosition(1, 0, 2), 10),
                        new Piece(1, new DatasetPosition(1, 1, 0), 11));
    }

    @Test
    void pointsBehindTheDocumentWhenItsEndFillsAContext() {
        List<PackedContext> contexts =
                pack(4, DatasetPosition.START, List.of(part(1, 7, true, 1, 2, 3)));

        assertThat(contexts)
                .singleElement()
                .extracting(PackedContext::next)
                .isEqualTo(new DatasetPosition(1, 8, 0));
    }

    @Test
    void givesADocumentWithoutTokensNoEnd() {
        List<PackedContext> contexts =
                pack(2, DatasetPosition.START, List.of(part(1, 0, true), part(1, 1, true, 9)));

        assertThat(contexts)
                .singleElement()
                .extracting(PackedContext::tokens)
                .isEqualTo(new int[] {9, END});
    }

    @Test
    void eachContextBeginsWithTheBeginningWhichIsOfNoDocument() {
        List<Part> parts = List.of(part(5, 0, true, 1, 2, 3), part(8, 0, true, 4, 5));

        List<PackedContext> contexts = pack(JOINED_AFTER_BEGINNING, parts);

        // begin 1 2 3 | begin end 4 5
        assertThat(contexts)
                .extracting(PackedContext::tokens)
                .containsExactly(new int[] {BEGIN, 1, 2, 3}, new int[] {BEGIN, END, 4, 5});
        assertThat(contexts)
                .extracting(PackedContext::pieces)
                .containsExactly(
                        List.of(new Piece(1, new DatasetPosition(5, 0, 0), 10)),
                        List.of(
                                new Piece(1, new DatasetPosition(5, 0, 3), 10),
                                new Piece(2, new DatasetPosition(8, 0, 0), 10)));
        assertThat(contexts)
                .extracting(PackedContext::next)
                .containsExactly(new DatasetPosition(5, 0, 3), new DatasetPosition(8, 0, 2));
    }

    @Test
    void aContextThatBeginsWithThatTokenAnywayGetsNoSecondOne() {
        Packing packing =
                new Packing(4, OptionalInt.of(BEGIN), OptionalInt.of(BEGIN), Documents.JOIN);

        List<PackedContext> contexts =
                pack(packing, List.of(part(5, 0, true, 1, 2, 3), part(5, 1, true, 4, 5, 6, 7)));

        assertThat(contexts)
                .extracting(PackedContext::tokens)
                .containsExactly(new int[] {BEGIN, 1, 2, 3}, new int[] {BEGIN, 4, 5, 6});
        assertThat(contexts.getLast().pieces())
                .containsExactly(
                        new Piece(0, new DatasetPosition(5, 0, 3), 10),
                        new Piece(1, new DatasetPosition(5, 1, 0), 11));
    }

    @Test
    void documentsWithoutASeparatorFollowOneAnother() {
        Packing packing = new Packing(3, OptionalInt.empty(), OptionalInt.empty(), Documents.JOIN);

        List<PackedContext> contexts =
                pack(packing, List.of(part(5, 0, true, 1, 2), part(5, 1, true, 3, 4)));

        assertThat(contexts)
                .singleElement()
                .extracting(PackedContext::tokens)
                .isEqualTo(new int[] {1, 2, 3});
    }

    @Test
    void separateDocumentsShareNoContextAndTheirTailsAreCounted() {
        Packing packing =
                new Packing(4, OptionalInt.of(BEGIN), OptionalInt.of(END), Documents.SEPARATE);
        ContextPacker packer = new ContextPacker(packing, DatasetPosition.START);
        List<PackedContext> contexts = new ArrayList<>();

        // begin 1 2 3 | begin 4 5 end, and nothing is left
        assertThat(packer.add(5, new EncodedPart(0, 1, new int[] {1, 2}, false), contexts::add))
                .isZero();
        assertThat(packer.add(5, new EncodedPart(0, 1, new int[] {3, 4, 5}, true), contexts::add))
                .isZero();
        // begin 6 7 8 | of which only the end is left
        assertThat(packer.add(5, new EncodedPart(1, 2, new int[] {6, 7, 8}, true), contexts::add))
                .isZero();
        // 9 end is no context
        assertThat(packer.add(5, new EncodedPart(2, 3, new int[] {9}, true), contexts::add))
                .isEqualTo(1);
        assertThat(packer.add(5, new EncodedPart(3, 4, new int[0], true), contexts::add)).isZero();

        assertThat(contexts)
                .extracting(PackedContext::tokens)
                .containsExactly(
                        new int[] {BEGIN, 1, 2, 3},
                        new int[] {BEGIN, 4, 5, END},
                        new int[] {BEGIN, 6, 7, 8});
        assertThat(contexts)
                .extracting(PackedContext::next)
                .containsExactly(
                        new DatasetPosition(5, 0, 3),
                        new DatasetPosition(5, 1, 0),
                        new DatasetPosition(5, 1, 3));
        assertThat(packer.waitingTokens()).isZero();
    }

    private static Stream<Packing> everyPacking() {
        List<Packing> all = new ArrayList<>();
        OptionalInt none = OptionalInt.empty();
        for (OptionalInt beginning : List.of(none, OptionalInt.of(BEGIN), OptionalInt.of(END))) {
            for (OptionalInt separator : List.of(none, OptionalInt.of(END))) {
                for (Documents documents : Documents.values()) {
                    all.add(new Packing(4, beginning, separator, documents));
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("everyPacking")
    void continuesAfterAnyContextAsIfItHadNotStopped(Packing packing) {
        Random random = new Random(7);
        for (int trial = 0; trial < 100; trial++) {
            // Given
            List<Part> parts = randomParts(random);
            int contextLength = 2 + random.nextInt(8);
            Packing ofLength =
                    new Packing(
                            contextLength,
                            packing.beginning(),
                            packing.separator(),
                            packing.documents());
            List<PackedContext> all = pack(ofLength, DatasetPosition.START, parts);

            for (int done = 1; done <= all.size(); done++) {
                // When
                DatasetPosition from = all.get(done - 1).next();
                List<PackedContext> rest = pack(ofLength, from, parts);

                // Then
                assertThat(rest)
                        .usingRecursiveComparison()
                        .isEqualTo(all.subList(done, all.size()));
            }
        }
    }

    private static List<Part> randomParts(Random random) {
        List<Part> parts = new ArrayList<>();
        int token = 1;
        for (int shard = 0; shard < 3; shard++) {
            for (int document = 0; document < random.nextInt(5); document++) {
                int pieces = 1 + random.nextInt(3);
                for (int piece = 1; piece <= pieces; piece++) {
                    int[] tokens = new int[random.nextInt(6)];
                    for (int i = 0; i < tokens.length; i++) {
                        tokens[i] = token++;
                    }
                    parts.add(part(3 * shard, document, piece == pieces, tokens));
                }
            }
        }
        return parts;
    }

    private static Part part(long shard, long document, boolean last, int... tokens) {
        return new Part(shard, new EncodedPart(document, 10 + document, tokens, last));
    }

    private static List<PackedContext> pack(
            int contextLength, DatasetPosition from, List<Part> parts) {
        return pack(
                new Packing(
                        contextLength, OptionalInt.empty(), OptionalInt.of(END), Documents.JOIN),
                from,
                parts);
    }

    private static List<PackedContext> pack(Packing packing, List<Part> parts) {
        return pack(packing, DatasetPosition.START, parts);
    }

    private static List<PackedContext> pack(
            Packing packing, DatasetPosition from, List<Part> parts) {
        ContextPacker packer = new ContextPacker(packing, from);
        List<PackedContext> contexts = new ArrayList<>();
        parts.forEach(part -> packer.add(part.shard(), part.part(), contexts::add));
        return contexts;
    }
}
