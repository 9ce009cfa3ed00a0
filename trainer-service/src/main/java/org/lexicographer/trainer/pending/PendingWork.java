package org.lexicographer.trainer.pending;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is to be done for the runs at work and is not done, by no replica of a service: more
 * replicas would do it.
 *
 * @param unownedJobs jobs of trainer-service that no replica owns
 * @param extractionLagBytes bytes of token blocks that activation-service has yet to take, by run;
 *     0 where trainers have so much to read that extraction has to wait for them, and at most what
 *     as many replicas as the run has partitions are kept for
 */
public record PendingWork(int unownedJobs, Map<String, Long> extractionLagBytes) {

    public PendingWork {
        extractionLagBytes = Collections.unmodifiableMap(new TreeMap<>(extractionLagBytes));
    }
}
