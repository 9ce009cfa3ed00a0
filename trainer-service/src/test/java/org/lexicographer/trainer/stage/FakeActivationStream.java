package org.lexicographer.trainer.stage;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.trainer.stream.ActivationStream;
import org.lexicographer.trainer.stream.JobSites;
import org.lexicographer.trainer.stream.SiteActivations;

/** Yields the activations of a run from a block on; now and then they are not there yet. */
class FakeActivationStream implements ActivationStream {

    private final RunSpec spec;
    private final List<Site> sites;
    private final long blocks;
    private long next;
    private boolean late;

    FakeActivationStream(RunSpec spec, long next, long blocks) {
        this.spec = spec;
        this.sites = JobSites.of(spec, spec.sites().getFirst()).all();
        this.next = next;
        this.blocks = blocks;
    }

    @Override
    public Optional<SiteActivations> next() {
        late = !late;
        if (late) {
            return Optional.empty();
        }
        List<Integer> dims = sites.stream().map(site -> Activations.DIM).toList();
        long sequence = next++;
        int excluded = sequence == blocks ? 0 : excluded(sequence);
        int rows = sequence == blocks ? 0 : spec.blockRows() - excluded;
        return Optional.of(
                new SiteActivations(sequence, rows, excluded, dims, joined(sequence, rows)));
    }

    /** Returns how many rows of a block are left out, the last ones. */
    int excluded(long sequence) {
        return spec.blockRows() - spec.trainedBlockRows();
    }

    /** Returns the factor by which a row is larger than others. */
    float factor(Site site, long sequence, int row) {
        return 1;
    }

    private float[] joined(long sequence, int rows) {
        float[] values = new float[rows * sites.size() * Activations.DIM];
        for (int s = 0; s < sites.size() && rows > 0; s++) {
            float[] site = Activations.values(spec, sites.get(s), sequence);
            for (int row = 0; row < rows; row++) {
                float factor = factor(sites.get(s), sequence, row);
                for (int i = 0; i < Activations.DIM; i++) {
                    values[(row * sites.size() + s) * Activations.DIM + i] =
                            factor * site[row * Activations.DIM + i];
                }
            }
        }
        return values;
    }

    @Override
    public long nextSequence() {
        return next;
    }

    @Override
    public Map<TopicPartition, Long> offsets() {
        return Map.of(new TopicPartition("activation-blocks.a-b.embed", 1), next);
    }

    @Override
    public void close() {}
}
