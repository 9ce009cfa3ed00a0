package org.lexicographer.pipeline.stored;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.pipeline.BrokenRuleException;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;

/**
 * Which documents contexts have their tokens from; the object of its own that stored contexts have,
 * under {@link ObjectKeys#heldOutOrigins} or {@link ObjectKeys#statisticsOrigins}. Contexts that
 * earlier versions stored have none.
 *
 * @param contexts for each context the documents of its tokens, in their order, the first at
 *     position 0, or at 1 after a token that contexts begin with; a context whose origin was not
 *     recorded has none
 */
public record ContextOrigins(List<List<DocumentSpan>> contexts) {

    private static final int NUMBERS = 5;

    /** Checks that each context that has documents begins with one, and that they are in order. */
    public ContextOrigins {
        new Checks()
                .that(
                        "contexts",
                        contexts.stream().allMatch(ContextOrigins::inOrder),
                        "documents not in the order of their tokens",
                        "positions that rise from 0, or from 1 after a beginning",
                        "others")
                .end();
        contexts = contexts.stream().map(List::copyOf).toList();
    }

    private static boolean inOrder(List<DocumentSpan> context) {
        int previous = -1;
        for (DocumentSpan span : context) {
            if (previous < 0 ? span.position() > 1 : span.position() <= previous) {
                return false;
            }
            previous = span.position();
        }
        return true;
    }

    /** Returns the origins of contexts of which none was recorded. */
    public static ContextOrigins unknown(int contexts) {
        return new ContextOrigins(Collections.nCopies(contexts, List.of()));
    }

    /** Tells whether the origin of any context was recorded. */
    public boolean areKnown() {
        return contexts.stream().anyMatch(context -> !context.isEmpty());
    }

    /** Returns the origins of the first contexts. */
    public ContextOrigins first(int count) {
        return count == contexts.size() ? this : new ContextOrigins(contexts.subList(0, count));
    }

    /** Returns the documents of one context; none where they were not recorded. */
    public List<DocumentSpan> of(int context) {
        return contexts.get(context);
    }

    /**
     * What is stored: each address once, and numbers instead of names, as there is an entry for
     * every document of every context.
     *
     * @param shards the addresses of files
     * @param contexts for each document of each context: position, place in {@code shards} or -1,
     *     document, line, token, see {@link DocumentSpan}
     */
    record Table(List<String> shards, List<List<long[]>> contexts) {

        Table {
            new Checks().present("shards", shards).present("contexts", contexts).end();
        }
    }

    /** Returns what is stored. */
    @JsonValue
    Table table() {
        Map<String, Integer> places = new LinkedHashMap<>();
        List<List<long[]>> numbers = new ArrayList<>();
        for (List<DocumentSpan> context : contexts) {
            numbers.add(context.stream().map(span -> numbers(span, places)).toList());
        }
        return new Table(List.copyOf(places.keySet()), numbers);
    }

    private static long[] numbers(DocumentSpan span, Map<String, Integer> places) {
        int shard =
                span.shard().map(uri -> places.computeIfAbsent(uri, _ -> places.size())).orElse(-1);
        return new long[] {span.position(), shard, span.document(), span.line(), span.token()};
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static ContextOrigins of(Table table) {
        List<Optional<String>> shards = table.shards().stream().map(Optional::of).toList();
        return new ContextOrigins(
                table.contexts().stream()
                        .map(context -> context.stream().map(it -> span(it, shards)).toList())
                        .toList());
    }

    private static DocumentSpan span(long[] numbers, List<Optional<String>> shards) {
        if (numbers.length != NUMBERS
                || numbers[0] != (int) numbers[0]
                || numbers[1] < -1
                || numbers[1] >= shards.size()) {
            throw new BrokenRuleException(
                    "no document of a context",
                    "position, place in shards or -1, document, line, token",
                    Arrays.toString(numbers));
        }
        Optional<String> shard = numbers[1] < 0 ? Optional.empty() : shards.get((int) numbers[1]);
        return new DocumentSpan((int) numbers[0], shard, numbers[2], numbers[3], numbers[4]);
    }

    /**
     * Reads the object.
     *
     * @throws InvalidFieldsException when it is none, naming every wrong field
     */
    public static ContextOrigins read(byte[] json) {
        return Json.read(json, ContextOrigins.class);
    }

    /** Writes the object. */
    public byte[] toJson() {
        return Json.write(this);
    }
}
