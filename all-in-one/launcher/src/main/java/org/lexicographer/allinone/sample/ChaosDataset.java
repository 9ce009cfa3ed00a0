package org.lexicographer.allinone.sample;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.lexicographer.allinone.system.RunningSystem;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.message.DatasetShard;
import org.lexicographer.pipeline.message.DatasetShard.Split;
import org.lexicographer.pipeline.source.SourceUri.StoredObject;

/**
 * The demo's text in many small shards, so that one can be published between two kills: whatever is
 * killed, there is work left for it.
 */
public final class ChaosDataset {

    private static final String PREFIX = "datasets/chaos/";
    private static final int SHARD_CHARACTERS = 60_000;

    private final List<String> shards;

    private ChaosDataset(List<String> shards) {
        this.shards = shards;
    }

    /**
     * Cuts the documents of the source jars in a folder into shards of equal size, smaller ones
     * where there are many.
     *
     * @throws IllegalStateException when there is too little text for that many
     */
    public static ChaosDataset of(Path folder, int count) {
        return of(folder, count, SHARD_CHARACTERS);
    }

    /**
     * As {@link #of(Path, int)}.
     *
     * @param shardCharacters the size of a shard, or of the text before it ends with its document
     */
    public static ChaosDataset of(Path folder, int count, int shardCharacters) {
        List<String> documents =
                jars(folder).stream().flatMap(jar -> documents(jar).stream()).toList();
        long characters = documents.stream().mapToLong(String::length).sum();
        // A shard ends with a document, and some of those are longer than a shard.
        long size = Math.min(shardCharacters, characters / (2L * count));
        List<String> shards = new ArrayList<>();
        StringBuilder shard = new StringBuilder();
        for (String document : documents) {
            shard.append(document).append('\n');
            if (shard.length() >= size) {
                shards.add(shard.toString());
                shard.setLength(0);
            }
        }
        if (shards.size() < count) {
            throw new IllegalStateException(
                    "too little text: shards wanted=%d, found=%d".formatted(count, shards.size()));
        }
        return new ChaosDataset(shards.subList(0, count));
    }

    private static List<Path> jars(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(SourceJar.SUFFIX))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("libraries cannot be listed: folder=" + folder, e);
        }
    }

    private static List<String> documents(Path jar) {
        byte[] shard = new SourceJar(jar).shard();
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(new ByteArrayInputStream(shard)),
                                StandardCharsets.UTF_8))) {
            return lines.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("library cannot be read: jar=" + jar, e);
        }
    }

    /** Returns the number of shards. */
    public int size() {
        return shards.size();
    }

    /** Puts the shards into the bucket. */
    public void upload(ObjectStore store) {
        for (int i = 0; i < shards.size(); i++) {
            store.put(key(i), shards.get(i).getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Returns the message of one shard for a run. */
    public DatasetShard message(String run, int shard) {
        String uri = new StoredObject(RunningSystem.BUCKET, key(shard)).toString();
        return new DatasetShard(run, uri, Split.TRAINING);
    }

    private static String key(int shard) {
        return PREFIX + "%04d.jsonl".formatted(shard);
    }
}
