package org.lexicographer.tokenizer.stage;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.lexicographer.languagemodel.text.SourceFiles;
import org.lexicographer.languagemodel.tokenizer.Packing;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.account.DatasetAccount;
import org.lexicographer.pipeline.block.DatasetPosition;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.pipeline.block.TokenBlockFormat;
import org.lexicographer.pipeline.chat.ChatTemplate;
import org.lexicographer.pipeline.dataset.DocumentReader;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.message.DatasetShard;
import org.lexicographer.pipeline.message.DatasetShard.Split;
import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.ContextOrigins;
import org.lexicographer.pipeline.stored.DocumentSpan;
import org.lexicographer.runstore.DatasetAccounts;
import org.lexicographer.tokenizer.progress.DatasetMeter;
import org.lexicographer.tokenizer.progress.ProgressLog;
import org.lexicographer.tokenizer.progress.TokenizerOutput;
import org.lexicographer.tokenizer.service.TokenizerMetrics;
import org.lexicographer.tokenizer.shard.RejectionLog;
import org.lexicographer.tokenizer.shard.ShardTokens;
import org.lexicographer.tokenizer.stream.DatasetEntry;
import org.lexicographer.tokenizer.stream.DatasetLog;
import org.lexicographer.tokenizer.stream.ExtendedTokenBlockLog;
import org.lexicographer.tokenizer.stream.RunTrainedException;
import org.lexicographer.tokenizer.stream.StopSignal;
import org.lexicographer.tokenizer.stream.TokenBlockLog;

/** A run with all that outlives a crash: its dataset, its objects and its token blocks. */
public final class StoredRun implements TokenizerOutput {

    /** Bytes, and the two tokens at a document's ends. */
    private static final int VOCABULARY = 258;

    private static final String CHAT_TEMPLATE =
            "{% for message in messages %}{{ message['content'] }};{% endfor %}";

    private static final String BUCKET = "lexicographer";

    public final RunSpec spec;
    final InMemoryObjectStore store = new InMemoryObjectStore(BUCKET);
    final List<TokenBlock> blocks = new ArrayList<>();
    final List<Rejection> rejections = new ArrayList<>();
    public final List<RunProgress> progress = new ArrayList<>();
    Optional<RetryableObjectStoreException> outage = Optional.empty();
    boolean stopsWhenItReads;
    int wantedBlocks = Integer.MAX_VALUE;
    private Optional<TokenBlock> before = Optional.empty();
    private final DatasetMeter meter = new TokenizerMetrics(new SimpleMeterRegistry());
    private RejectionLog rejected = new RejectionLog(this, meter);
    private final List<DatasetEntry> dataset = new ArrayList<>();
    private long nextOffset;

    /** Starts with nothing stored. */
    public StoredRun(RunSpec spec) {
        this.spec = spec;
    }

    /**
     * Returns the run as it goes on with another spec after it has ended: of its token blocks one
     * is left, the one before those that are wanted.
     */
    StoredRun goesOn(RunSpec longer, TokenBlock last) {
        StoredRun run = new StoredRun(longer);
        store.list("").map(ObjectStat::key).forEach(key -> run.store.put(key, store.bytes(key)));
        run.dataset.addAll(dataset);
        run.before = Optional.of(last);
        return run;
    }

    /** Publishes a shard whose file exists. */
    StoredRun shard(String name, Split split, byte[] content) {
        store.put(name, content);
        return missingShard(name, split);
    }

    /** Publishes a shard without a file. */
    StoredRun missingShard(String name, Split split) {
        return message(new DatasetShard(spec.run(), "s3://%s/%s".formatted(BUCKET, name), split));
    }

    /** Publishes a shard of one of the datasets that the run mixes. */
    StoredRun shard(String name, String of, byte[] content) {
        store.put(name, content);
        String uri = "s3://%s/%s".formatted(BUCKET, name);
        return message(new DatasetShard(spec.run(), uri, Split.TRAINING, Optional.of(of)));
    }

    /** Publishes the end of one of the datasets that the run mixes. */
    StoredRun end(String of) {
        return message(new DatasetEnd(spec.run(), Optional.of(of)));
    }

    /** Publishes the end of the dataset. */
    StoredRun end() {
        return message(new DatasetEnd(spec.run()));
    }

    /** Offsets leave gaps, as other runs share the partition. */
    private StoredRun message(DatasetMessage message) {
        nextOffset += 3;
        dataset.add(new DatasetEntry(0, nextOffset, message.toJson(), message));
        return this;
    }

    /** Works until the run is done, or stops where the dataset has no more messages. */
    StoredRun tokenize(Crashes crashes) {
        StopSignal stop = new StopSignal();
        ShardTokens shards =
                new ShardTokens(
                        new DocumentReader(new SourceFiles(readable(stop), false), 1L << 31),
                        spec.textRule()
                                .content(
                                        () -> VOCABULARY,
                                        () -> ChatTemplate.of(CHAT_TEMPLATE, Map.of())),
                        new ByteTokenizer(),
                        packing(),
                        Runnable::run,
                        3,
                        rejected,
                        meter);
        new TokenizerStage(
                        spec,
                        shards,
                        new Dataset(stop),
                        new ExtendedTokenBlockLog(new Blocks(crashes), () -> before),
                        crashes.around(store),
                        new ProgressLog(spec, this, () -> 0),
                        stop)
                .run();
        return this;
    }

    private Packing packing() {
        return Packing.of(spec.textRule().packing(), spec.contextLength(), new ByteTokenizer());
    }

    /** Forgets what only a process remembers. */
    StoredRun restart() {
        rejected = new RejectionLog(this, meter);
        return this;
    }

    /** The store as shards are read from it: away, or the last thing, when the test says so. */
    private ObjectStore readable(StopSignal stop) {
        return (ObjectStore)
                Proxy.newProxyInstance(
                        StoredRun.class.getClassLoader(),
                        new Class<?>[] {ObjectStore.class},
                        (proxy, method, arguments) -> {
                            if (outage.isPresent()) {
                                throw outage.get();
                            }
                            if (stopsWhenItReads) {
                                stop.stop();
                            }
                            return method.invoke(store, arguments);
                        });
    }

    /** Returns the addresses of the shards that are named for the lineage, in order. */
    List<String> namedShards() {
        try (Stream<ObjectStat> named = store.list(ObjectKeys.datasetShards(spec.run()))) {
            return named.map(shard -> (DatasetShard) DatasetMessage.read(store.bytes(shard.key())))
                    .map(DatasetShard::uri)
                    .toList();
        }
    }

    StoredRun tokenize() {
        return tokenize(Crashes.never());
    }

    /** Returns the texts of all contexts that were trained on, in order. */
    List<String> trained() {
        return blocks.stream().flatMap(block -> contexts(block).stream()).toList();
    }

    /** Returns the texts of all contexts that were held out, in order. */
    List<String> heldOut() {
        return heldOutKeys()
                .map(key -> TokenBlockFormat.decode(store.bytes(key)))
                .flatMap(block -> contexts(block).stream())
                .toList();
    }

    /** Returns where each context that was held out comes from, in order. */
    List<List<DocumentSpan>> origins() {
        return heldOutKeys()
                .map(key -> ObjectKeys.heldOutOrigins(spec.run(), key))
                .map(key -> ContextOrigins.read(store.bytes(key)))
                .flatMap(origins -> origins.contexts().stream())
                .toList();
    }

    private Stream<String> heldOutKeys() {
        return store.list(ObjectKeys.heldOut(spec.run()))
                .map(ObjectStat::key)
                .filter(ObjectKeys::isHeldOutContexts);
    }

    private static List<String> contexts(TokenBlock block) {
        String text = ByteTokenizer.text(block.tokens());
        int length = block.contextLength();
        List<String> contexts = new ArrayList<>();
        for (int from = 0; from < text.length(); from += length) {
            contexts.add(text.substring(from, from + length));
        }
        return contexts;
    }

    /** Returns what has become of the dataset. */
    DatasetAccount account() {
        return new DatasetAccounts(store).of(spec.run());
    }

    /** Returns all that was written, as text that can be compared. */
    Map<String, String> everything() {
        Map<String, String> all = new TreeMap<>();
        all.put("account", account().toString());
        // Without the last slash, so that their origins are among them.
        store.list(ObjectKeys.run(spec.run()) + "held-out")
                .forEach(object -> all.put(object.key(), hex(store.bytes(object.key()))));
        blocks.forEach(
                block ->
                        all.put(
                                "block %05d".formatted(block.sequence()),
                                hex(TokenBlockFormat.encode(block))));
        return all;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** Returns what was said last. */
    public RunProgress lastProgress() {
        return progress.getLast();
    }

    @Override
    public void progress(RunProgress message) {
        progress.add(message);
    }

    @Override
    public void retried() {}

    @Override
    public void left(String run) {}

    @Override
    public void reject(Rejection rejection) {
        rejections.add(rejection);
    }

    /** The messages of the run; when there are no more, the stage is told to stop. */
    private final class Dataset implements DatasetLog {

        private final StopSignal stop;
        private int next;

        Dataset(StopSignal stop) {
            this.stop = stop;
        }

        @Override
        public void readFrom(DatasetPosition position) {
            next = 0;
            while (next < dataset.size() && dataset.get(next).offset() < position.shardOffset()) {
                next++;
            }
        }

        @Override
        public Optional<DatasetEntry> poll(Duration atMost) {
            if (next < dataset.size()) {
                return Optional.of(dataset.get(next++));
            }
            stop.stop();
            return Optional.empty();
        }

        @Override
        public void close() {}
    }

    /** The token blocks of the run. */
    private final class Blocks implements TokenBlockLog {

        private final Crashes crashes;

        Blocks(Crashes crashes) {
            this.crashes = crashes;
        }

        @Override
        public Optional<TokenBlock> last() {
            return blocks.isEmpty() ? Optional.empty() : Optional.of(blocks.getLast());
        }

        @Override
        public void write(TokenBlock block) {
            checkWanted();
            crashes.around(() -> blocks.add(block));
        }

        @Override
        public void checkWanted() {
            if (blocks.size() >= wantedBlocks) {
                throw new RunTrainedException(spec.run());
            }
        }
    }
}
