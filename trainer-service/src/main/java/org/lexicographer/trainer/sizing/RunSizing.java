package org.lexicographer.trainer.sizing;

import java.util.List;
import java.util.Optional;
import org.lexicographer.pipeline.Site;

/**
 * What a run takes, by arithmetic: {@link SizingFormulas}.
 *
 * @param run the run's name
 * @param memory of trainer-services
 * @param topics what brokers hold at most, without what is in the segments beside it
 * @param store what it writes into the store
 * @param work what it computes
 * @param hours how long that takes a replica like the one that was asked, with nothing else to do;
 *     empty where its speed is not known
 */
public record RunSizing(
        String run,
        Memory memory,
        List<TopicSize> topics,
        StoreSize store,
        Work work,
        Optional<Hours> hours) {

    public RunSizing {
        topics = List.copyOf(topics);
    }

    /**
     * The memory of a run's jobs.
     *
     * @param jobs each site's
     * @param largestJob bytes that a replica needs to take any of the jobs
     * @param allJobs bytes of all jobs together
     */
    public record Memory(List<JobMemory> jobs, long largestJob, long allJobs) {

        public Memory {
            jobs = List.copyOf(jobs);
        }
    }

    /**
     * The memory of one job.
     *
     * @param site the job's
     * @param parts bytes by what they are for
     * @param bytes all of them
     */
    public record JobMemory(Site site, MemoryEstimate parts, long bytes) {}

    /**
     * What brokers hold of a topic.
     *
     * @param topic its name
     * @param partitions their number
     * @param bytes at most, at any time
     */
    public record TopicSize(String topic, int partitions, long bytes) {}

    /**
     * What a run writes into the store, in bytes, beside small objects, held-out contexts and
     * statistics.
     *
     * @param dictionaries the final ones
     * @param checkpoint one checkpoint of all jobs
     * @param kept what is there at most while the run is at work: the last two checkpoints, those
     *     of the steps that it keeps, and the dictionaries of all of these steps
     */
    public record StoreSize(long dictionaries, long checkpoint, long kept) {}

    /**
     * What a run computes; operations are multiplications and additions.
     *
     * @param tokens that its model reads for training
     * @param forward operations of the model, up to the last site
     * @param fewActive operations of training while few latents are active
     * @param allActive the same if all latents were active at every step; as many as with few in
     *     recipes that choose how many are
     */
    public record Work(long tokens, double forward, double fewActive, double allActive) {}

    /**
     * How long the work takes.
     *
     * @param gigaflops 10^9 operations a second that were reckoned with
     * @param fewActive hours with few active latents
     * @param allActive hours with all latents active
     */
    public record Hours(double gigaflops, double fewActive, double allActive) {}
}
