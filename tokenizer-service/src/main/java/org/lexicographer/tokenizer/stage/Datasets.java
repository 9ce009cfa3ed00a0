package org.lexicographer.tokenizer.stage;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.lexicographer.languagemodel.tokenizer.PackedContext;
import org.lexicographer.pipeline.account.DatasetAccount;
import org.lexicographer.pipeline.block.DatasetPosition;
import org.lexicographer.pipeline.block.MixedPosition;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.run.DatasetMix;
import org.lexicographer.pipeline.run.RunSpec;

/**
 * The datasets that a run mixes, by their numbers in the run spec; the one that all shards for
 * training are of, where it mixes none.
 */
final class Datasets implements AutoCloseable {

    private final Optional<DatasetMix> mix;
    private final List<DatasetStream> streams;
    private final Turns turns;
    private final BitSet announcedEnds = new BitSet();
    private OptionalLong inputEnd = OptionalLong.empty();

    /**
     * Continues after the last block that is stored.
     *
     * @param stream returns the stream of a dataset, by its name if it has one, from a position on,
     *     which says whether the dataset has ended
     */
    Datasets(
            RunSpec spec,
            Optional<TokenBlock> last,
            BiFunction<Optional<String>, MixedPosition, DatasetStream> stream) {
        mix = requireNonNull(spec, "spec is null").datasets();
        List<MixedPosition> positions = positions(last);
        turns = new Turns(mix.map(DatasetMix::proportions).orElse(List.of(BigInteger.ONE)));
        streams =
                IntStream.range(0, positions.size())
                        .mapToObj(i -> stream.apply(name(i), positions.get(i)))
                        .toList();
        for (int i = 0; i < positions.size(); i++) {
            turns.give(i, positions.get(i).contexts());
            if (positions.get(i).hasEnded()) {
                turns.end(i);
                announceEnd(i, 0);
            }
        }
    }

    private List<MixedPosition> positions(Optional<TokenBlock> last) {
        if (mix.isEmpty()) {
            DatasetPosition next = last.map(TokenBlock::next).orElse(DatasetPosition.START);
            return List.of(new MixedPosition(0, false, next));
        }
        int datasets = mix.get().parts().size();
        return last.map(TokenBlock::datasets)
                .filter(found -> found.size() == datasets)
                .orElse(Collections.nCopies(datasets, MixedPosition.START));
    }

    /** Returns a dataset's name; it has none where the run mixes none. */
    Optional<String> name(int dataset) {
        return mix.map(it -> it.names().get(dataset));
    }

    /** Returns the dataset that gives the next context; empty when all have ended. */
    OptionalInt due() {
        return turns.due();
    }

    /** Returns a dataset's contexts. */
    DatasetStream stream(int dataset) {
        return streams.get(dataset);
    }

    /** Returns the next context of a dataset; empty when a further shard is needed for it. */
    Optional<PackedContext> take(int dataset) {
        Optional<PackedContext> context = stream(dataset).take();
        context.ifPresent(_ -> turns.give(dataset, 1));
        return context;
    }

    /** Tells whether a message is about a dataset, or about all of them. */
    boolean concerns(int dataset, DatasetMessage message) {
        boolean isForAll = message instanceof DatasetEnd && message.dataset().isEmpty();
        return isForAll || message.dataset().equals(name(dataset));
    }

    /** Takes note of a message by which the input of one or all ends. */
    void announceEnd(DatasetEnd end, long offset) {
        for (int i = 0; i < streams.size(); i++) {
            if (concerns(i, end)) {
                announceEnd(i, offset);
            }
        }
    }

    private void announceEnd(int dataset, long offset) {
        announcedEnds.set(dataset);
        if (inputEnd.isEmpty() && announcedEnds.cardinality() == streams.size()) {
            inputEnd = OptionalLong.of(offset);
        }
    }

    /** Returns the offset of the message by which the last of them ended, if there was one. */
    OptionalLong inputEnd() {
        return inputEnd;
    }

    /** Says that a dataset gives no more contexts. */
    void end(int dataset) {
        turns.end(dataset);
    }

    /** Returns a block with where each dataset continues after the contexts taken so far. */
    TokenBlock mark(TokenBlock block) {
        if (mix.isEmpty()) {
            return block;
        }
        List<MixedPosition> positions =
                IntStream.range(0, streams.size()).mapToObj(this::position).toList();
        return new TokenBlock(
                block.sequence(),
                block.contextLength(),
                block.tokens(),
                firstOf(positions),
                positions);
    }

    private MixedPosition position(int dataset) {
        return new MixedPosition(
                turns.given(dataset), turns.hasEnded(dataset), stream(dataset).next());
    }

    /**
     * What has ended is not read again; messages about the others come after the first of these.
     */
    private static DatasetPosition firstOf(List<MixedPosition> positions) {
        Comparator<DatasetPosition> order = Comparator.comparingLong(DatasetPosition::shardOffset);
        return positions.stream()
                .filter(position -> !position.hasEnded())
                .map(MixedPosition::next)
                .min(order)
                .or(() -> positions.stream().map(MixedPosition::next).max(order))
                .orElseThrow();
    }

    /** Returns how many contexts each has given, by name; nothing where the run mixes none. */
    Map<String, Long> contextsOf() {
        Map<String, Long> contexts = new TreeMap<>();
        for (int i = 0; i < streams.size(); i++) {
            int dataset = i;
            name(i).ifPresent(name -> contexts.put(name, turns.given(dataset)));
        }
        return contexts;
    }

    /** Returns the account of what was read of all. */
    DatasetAccount account() {
        return streams.stream()
                .map(DatasetStream::account)
                .reduce(DatasetAccount.EMPTY, DatasetAccount::plus);
    }

    /** Stores the accounts of what was read. */
    void storeAccounts() {
        streams.forEach(DatasetStream::storeAccount);
    }

    /** Says that no further context is wanted. */
    void finish() {
        streams.forEach(DatasetStream::finish);
    }

    @Override
    public void close() {
        streams.forEach(DatasetStream::close);
    }
}
