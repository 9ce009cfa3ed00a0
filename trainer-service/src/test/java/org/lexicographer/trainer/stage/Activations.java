package org.lexicographer.trainer.stage;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.block.ActivationBlock;
import org.lexicographer.pipeline.block.ActivationBlockFormat;
import org.lexicographer.pipeline.block.ActivationBlockFormat.WholeBlock;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stream.BlockTopics;
import org.lexicographer.pipeline.stream.BlockWriter;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.lexicographer.testing.PatientClients;

/** Activations for tests: a function of site and sequence number alone. */
public final class Activations {

    /** The width of every site but {@code mlp.hidden}. */
    public static final int DIM = 6;

    private Activations() {}

    /** Returns the width of a site: an MLP has more neurons than it has inputs. */
    public static int dim(Site site) {
        return site.kind() == Site.Kind.MLP_HIDDEN ? 2 * DIM : DIM;
    }

    /** The activations of a block, (N, width of the site). */
    public static float[] values(RunSpec spec, Site site, long sequence) {
        SplittableRandom random = new SplittableRandom(31 * sequence + site.hashCode());
        float[] values = new float[spec.blockRows() * dim(site)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** Writes blocks to their topics as activation-service does, and ends the stream if asked. */
    public static void publish(String bootstrapServers, RunSpec spec, long blocks, boolean end) {
        publish(bootstrapServers, spec, blocks, end, Set.of());
    }

    /** Writes whole streams, of which those of one site are nothing but zeros. */
    public static void publish(String bootstrapServers, RunSpec spec, long blocks, Site dead) {
        publish(bootstrapServers, spec, blocks, true, Set.of(dead));
    }

    /** Writes the stream from a block on to its end. */
    public static void publish(String bootstrapServers, RunSpec spec, long from, long blocks) {
        publish(bootstrapServers, spec, new Range(from, blocks, true), Set.of());
    }

    /** Blocks of a stream: those before {@code to}, and the one that ends it. */
    private record Range(long from, long to, boolean end) {}

    private static void publish(
            String bootstrapServers, RunSpec spec, long blocks, boolean end, Set<Site> dead) {
        publish(bootstrapServers, spec, new Range(0, blocks, end), dead);
    }

    private static void publish(
            String bootstrapServers, RunSpec spec, Range range, Set<Site> dead) {
        int partitions = spec.tokenBlock().partitions();
        KafkaConnection kafka = KafkaConnection.of(PatientClients.settings(bootstrapServers));
        try (BlockTopics topics = new BlockTopics(kafka);
                BlockWriter writer = new BlockWriter(kafka)) {
            for (Site site : spec.observedSites()) {
                String topic = Topics.activationBlocks(spec.run(), site);
                topics.ensure(topic, partitions);
                for (long n = range.from; n < range.to + (range.end ? 1 : 0); n++) {
                    for (byte[] part : parts(spec, site, n, n == range.to, dead)) {
                        writer.write(topic, n, partitions, part).join();
                    }
                }
            }
        }
    }

    private static List<byte[]> parts(
            RunSpec spec, Site site, long n, boolean end, Set<Site> dead) {
        float[] values = values(spec, site, n);
        if (dead.contains(site)) {
            Arrays.fill(values, 0);
        }
        return end
                ? List.of(
                        ActivationBlockFormat.encode(
                                ActivationBlock.end(n, dim(site), spec.activationType())))
                : ActivationBlockFormat.encode(
                        new WholeBlock(n, dim(site), 0, FloatBuffer.wrap(values)),
                        spec.activationType());
    }
}
