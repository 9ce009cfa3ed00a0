package org.lexicographer.tokenizer.stage;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.languagemodel.tokenizer.PackedContext;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.block.DatasetPosition;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.pipeline.block.TokenBlockFormat;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.ContextOrigins;
import org.lexicographer.pipeline.stored.DocumentSpan;
import org.lexicographer.pipeline.stored.HeldOutSet;

/**
 * The contexts of a run that no dictionary is trained on: one object per shard that gave any, in
 * token block format with the shard's offset for its number, or several where it gave many;
 * elsewhere and before each one that says where they come from, and one that says that all are
 * there. Where datasets are mixed, the stream gives them as one shard would. Whoever repeats the
 * work after a crash overwrites what has changed, which is nothing as long as the shards' files are
 * the same.
 */
public final class HeldOutContexts {

    /** Tokens that are gathered before they are stored: 16 MiB. */
    static final int PART_TOKENS = 4 << 20;

    private final ObjectStore store;
    private final String run;
    private final int contextLength;
    private final int wanted;
    private final int partContexts;
    private final Map<Long, String> shards = new HashMap<>();
    private final List<PackedContext> gathered = new ArrayList<>();
    private int stored;
    private long partsOffset;
    private int part;
    private boolean complete;

    private HeldOutContexts(ObjectStore store, RunSpec spec, int partTokens) {
        this.store = requireNonNull(store, "store is null");
        this.run = spec.run();
        this.contextLength = spec.contextLength();
        this.wanted = spec.heldOutContexts();
        this.partContexts = Math.max(1, partTokens / contextLength);
    }

    /**
     * Returns the held-out contexts as they are stored. What lies after the last token block is not
     * counted, because its shards are about to be read again; before the first that is all of it,
     * as the stream must give the same contexts away once more.
     */
    public static HeldOutContexts resume(
            ObjectStore store, RunSpec spec, Optional<TokenBlock> last) {
        return resume(store, spec, last, PART_TOKENS);
    }

    static HeldOutContexts resume(
            ObjectStore store, RunSpec spec, Optional<TokenBlock> last, int partTokens) {
        HeldOutContexts contexts = new HeldOutContexts(store, spec, partTokens);
        last.map(TokenBlock::next).ifPresent(contexts::readWhatIsStored);
        return contexts;
    }

    private void readWhatIsStored(DatasetPosition from) {
        String completeKey = ObjectKeys.heldOutComplete(run);
        Optional<ObjectStat> found = store.stat(completeKey);
        if (found.isPresent()) {
            stored = HeldOutSet.read(store.bytes(completeKey)).contexts();
            complete = true;
            return;
        }
        String end = ObjectKeys.heldOutContexts(run, from.shardOffset());
        List<ObjectStat> before =
                store.list(ObjectKeys.heldOut(run))
                        .filter(object -> ObjectKeys.isHeldOutContexts(object.key()))
                        .filter(object -> object.key().compareTo(end) < 0)
                        .toList();
        before.forEach(object -> stored += contextsOf(object.key()));
    }

    private int contextsOf(String key) {
        return TokenBlockFormat.decode(store.bytes(key)).contexts();
    }

    /** Returns the number of contexts held out so far. */
    public int contexts() {
        return stored + gathered.size();
    }

    /** Tells whether no further context is wanted. */
    public boolean isFull() {
        return complete || contexts() >= wanted;
    }

    /** Tells whether the next context completes the set. */
    public boolean wantsOneMore() {
        return !complete && contexts() + 1 >= wanted;
    }

    /** Tells whether it is stored that no further context follows. */
    public boolean isComplete() {
        return complete;
    }

    /** Takes note of the address of a shard that is about to be read. */
    public void shard(long offset, String uri) {
        if (!isFull()) {
            shards.put(offset, uri);
        }
    }

    /** Holds a context out of noted shards; the last one that is wanted completes the set. */
    public void add(PackedContext context) {
        gathered.add(context);
        if (isFull()) {
            complete(context.next().shardOffset());
        } else if (gathered.size() == partContexts) {
            storePart(context.next().shardOffset());
        }
    }

    /** Stores what a shard gave. */
    public void endShard(long shardOffset) {
        if (!gathered.isEmpty()) {
            storePart(shardOffset);
        }
        part = 0;
    }

    /** Parts of mixed datasets are of several shards, and one after another all the same. */
    private void storePart(long shardOffset) {
        partsOffset = part == 0 ? shardOffset : partsOffset;
        int[] tokens = new int[gathered.size() * contextLength];
        for (int i = 0; i < gathered.size(); i++) {
            System.arraycopy(gathered.get(i).tokens(), 0, tokens, i * contextLength, contextLength);
        }
        DatasetPosition next = gathered.getLast().next();
        TokenBlock block = new TokenBlock(partsOffset, contextLength, tokens, next);
        String key = ObjectKeys.heldOutContexts(run, partsOffset, part);
        putOnce(ObjectKeys.heldOutOrigins(run, key), origins().toJson());
        putOnce(key, TokenBlockFormat.encode(block));
        stored += gathered.size();
        gathered.clear();
        part++;
    }

    /** The same ones once, so that work that is repeated gets as far as it would without them. */
    private void putOnce(String key, byte[] content) {
        if (!isStored(key, content)) {
            store.put(key, content);
        }
    }

    private boolean isStored(String key, byte[] content) {
        return store.stat(key).filter(object -> object.size() == content.length).isPresent()
                && Arrays.equals(store.bytes(key), content);
    }

    private ContextOrigins origins() {
        return new ContextOrigins(
                gathered.stream()
                        .map(context -> context.pieces().stream().map(this::span).toList())
                        .toList());
    }

    private DocumentSpan span(PackedContext.Piece piece) {
        DatasetPosition start = piece.start();
        return new DocumentSpan(
                piece.position(),
                Optional.of(shards.get(start.shardOffset())),
                start.document(),
                piece.line(),
                start.token());
    }

    /** Stores that no further context follows. */
    public void complete(long shardOffset) {
        endShard(shardOffset);
        store.put(ObjectKeys.heldOutComplete(run), new HeldOutSet(stored).toJson());
        complete = true;
    }
}
