package org.lexicographer.trainer.admission;

import java.util.Map;
import java.util.Optional;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.trainer.memory.JobNeed;

/** Says what jobs need. */
@FunctionalInterface
public interface JobNeeds {

    /**
     * Returns what the job of each site of a run needs; empty where that cannot be known, as the
     * language model's configuration cannot be read.
     *
     * @throws org.lexicographer.objectstore.ObjectStoreException when the store is away
     */
    Optional<Map<Site, JobNeed>> of(RunSpec spec);
}
