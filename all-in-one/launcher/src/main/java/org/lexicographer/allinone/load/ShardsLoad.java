package org.lexicographer.allinone.load;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.lexicographer.allinone.client.ShardPublisher;
import org.lexicographer.allinone.run.RunClient;
import org.lexicographer.allinone.system.RunningSystem;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.account.DatasetAccount;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.message.DatasetShard;
import org.lexicographer.pipeline.message.DatasetShard.Split;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.source.SourceUri.StoredObject;

/** Publishes many shards of a document each to one run. */
public final class ShardsLoad {

    /** About a context of tokens in ten documents. */
    private static final String DOCUMENT =
            "{\"text\":\"public final class Shard%d { int value() { return %d; } }\"}\n";

    private final RunningSystem system;
    private final RunSpec spec;
    private final int count;

    /** Prepares the run; its language model must be in the store. */
    public ShardsLoad(RunningSystem system, int count) {
        this.system = system;
        this.count = count;
        spec = LoadRun.spec("many-shards", LoadRun.STEPS_WITHOUT_END);
    }

    /** Stores the shards, submits the run and publishes them. */
    public void publish() {
        ObjectStore store = system.objectStore();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            IntStream.range(0, count)
                    .forEach(shard -> threads.execute(() -> store.put(key(shard), text(shard))));
        }
        new RunClient(system).submit(spec);
        List<DatasetMessage> messages = new ArrayList<>();
        IntStream.range(0, count).mapToObj(this::message).forEach(messages::add);
        messages.add(new DatasetEnd(spec.run()));
        new ShardPublisher(system.bootstrapServers()).publish(messages);
    }

    private DatasetShard message(int shard) {
        String uri = new StoredObject(RunningSystem.BUCKET, key(shard)).toString();
        return new DatasetShard(spec.run(), uri, Split.TRAINING);
    }

    private static String key(int shard) {
        return "datasets/load/%06d.jsonl".formatted(shard);
    }

    private static byte[] text(int shard) {
        return DOCUMENT.formatted(shard, shard).getBytes(StandardCharsets.UTF_8);
    }

    /** Returns what the run says of its shards. */
    public DatasetAccount account() {
        return new RunClient(system).account(spec.run()).dataset();
    }

    /** Tells whether an account has every shard once, and left nothing of them out. */
    public boolean isAllOf(DatasetAccount account) {
        return account.shards() == count && account.documents() == count && account.isWhole();
    }
}
