package org.lexicographer.allinone.sample;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.lexicographer.allinone.system.RunningSystem;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.message.DatasetShard;
import org.lexicographer.pipeline.message.DatasetShard.Split;
import org.lexicographer.pipeline.source.SourceUri.StoredObject;

/** The demo's text: the sources of well-known libraries, a shard each, two of them held out. */
public final class DemoDataset {

    /** Where the shards lie in the bucket. */
    static final String PREFIX = "datasets/demo/";

    /**
     * The libraries that are held out, by name. The first is what dictionaries are evaluated on,
     * and the model was not trained on it either; statistics of latents, which want more text, go
     * on to the second.
     */
    static final List<String> HELD_OUT = List.of("commons-csv", "snakeyaml");

    private final List<SourceJar> jars;

    private DemoDataset(List<SourceJar> jars) {
        this.jars = jars;
    }

    /**
     * Returns the dataset of all source jars in a folder.
     *
     * @throws IllegalStateException when there are none
     */
    public static DemoDataset of(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            List<SourceJar> jars =
                    files.filter(file -> file.toString().endsWith(SourceJar.SUFFIX))
                            .map(SourceJar::new)
                            .sorted(Comparator.comparing(SourceJar::name))
                            .toList();
            if (jars.isEmpty()) {
                throw new IllegalStateException("no libraries to read: folder=" + folder);
            }
            return new DemoDataset(jars);
        } catch (IOException e) {
            throw new UncheckedIOException("libraries cannot be listed: folder=" + folder, e);
        }
    }

    /** Puts the shards into the bucket; a shard that is there already is left alone. */
    public void upload(ObjectStore store) {
        jars.parallelStream().forEach(jar -> upload(store, jar));
    }

    private static void upload(ObjectStore store, SourceJar jar) {
        if (store.stat(key(jar)).isEmpty()) {
            store.put(key(jar), jar.shard());
        }
    }

    private static String key(SourceJar jar) {
        return PREFIX + jar.name() + ".jsonl.gz";
    }

    /**
     * Returns what is to be published for a run: the held-out shards first, so that the first
     * checkpoints can be evaluated at once, then all others, then the end.
     */
    public List<DatasetMessage> messages(String run) {
        List<DatasetMessage> messages = new ArrayList<>();
        shards(run).filter(shard -> shard.split() == Split.EVALUATION).forEach(messages::add);
        shards(run).filter(shard -> shard.split() == Split.TRAINING).forEach(messages::add);
        messages.add(new DatasetEnd(run));
        return messages;
    }

    private Stream<DatasetShard> shards(String run) {
        return jars.stream()
                .map(
                        jar ->
                                new DatasetShard(
                                        run,
                                        new StoredObject(RunningSystem.BUCKET, key(jar)).toString(),
                                        split(jar)));
    }

    /**
     * Writes the text of a split for whoever does not read the bucket: a file of a document a line
     * for each shard, in the order in which shards are published.
     *
     * @param folder where to; created where it is missing
     */
    public List<Path> write(Path folder, Split split) {
        return jars.stream()
                .filter(jar -> split(jar) == split)
                .map(jar -> write(folder, jar))
                .toList();
    }

    private static Path write(Path folder, SourceJar jar) {
        Path file = folder.resolve(jar.name() + ".jsonl");
        try (InputStream documents = new GZIPInputStream(new ByteArrayInputStream(jar.shard()))) {
            Files.createDirectories(folder);
            Files.copy(documents, file, StandardCopyOption.REPLACE_EXISTING);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("text cannot be written: file=" + file, e);
        }
    }

    private static Split split(SourceJar jar) {
        return HELD_OUT.stream().anyMatch(jar.name()::startsWith)
                ? Split.EVALUATION
                : Split.TRAINING;
    }
}
