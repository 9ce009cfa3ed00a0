package org.lexicographer.trainer.sizing;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;
import org.lexicographer.pipeline.Site;
import org.lexicographer.trainer.memory.MemoryAmount;
import org.lexicographer.trainer.memory.MemoryBudget;
import org.lexicographer.trainer.memory.MemoryBudget.ProcessSize;

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
     * The memory of a run's jobs. A process is a trainer-service: its memory is what a container
     * asks for and is limited to, and its heap what {@code -Xmx} says.
     *
     * @param jobs each site's
     * @param largestJob bytes of the largest of the jobs
     * @param allJobs bytes of all jobs together
     * @param processOfLargest the smallest process that takes any one of the jobs
     * @param processOfAll the smallest process that takes all of them
     * @param budget what the replica that was asked promises to jobs
     * @param heldAlone whether that is enough for all of them
     */
    public record Memory(
            List<JobSize> jobs,
            long largestJob,
            long allJobs,
            ProcessSize processOfLargest,
            ProcessSize processOfAll,
            MemoryAmount budget,
            boolean heldAlone) {

        public Memory {
            jobs = List.copyOf(jobs);
        }

        static Memory of(List<JobSize> jobs, MemoryAmount budget) {
            MemoryAmount all =
                    jobs.stream()
                            .map(JobSize::amount)
                            .reduce(MemoryAmount.NONE, MemoryAmount::plus);
            MemoryAmount any =
                    new MemoryAmount(
                            jobs.stream().mapToLong(it -> it.amount().onHeap()).max().orElse(0),
                            jobs.stream().mapToLong(it -> it.amount().offHeap()).max().orElse(0),
                            jobs.stream().mapToLong(it -> it.amount().onDevice()).max().orElse(0));
            return new Memory(
                    jobs,
                    jobs.stream().mapToLong(JobSize::bytes).max().orElse(0),
                    all.total(),
                    MemoryBudget.sizeFor(any),
                    MemoryBudget.sizeFor(all),
                    budget,
                    all.fitsInto(budget));
        }
    }

    /**
     * The memory of one job.
     *
     * @param site the job's
     * @param parts bytes of the process by what they are for
     * @param device bytes of the GPU by what they are for; empty where the replica that was asked
     *     has none
     * @param bytes all of them
     * @param amount the same by where they are
     */
    public record JobSize(
            Site site,
            MemoryEstimate parts,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<DeviceMemory> device,
            long bytes,
            MemoryAmount amount) {

        static JobSize of(Site site, JobMemory memory, MemoryAmount budget) {
            MemoryAmount amount = memory.need(site).in(budget);
            MemoryEstimate onCpu = memory.of(site);
            return budget.hasDevice()
                    ? new JobSize(
                            site,
                            onCpu.besideDevice(),
                            Optional.of(memory.onDevice(site)),
                            amount.total(),
                            amount)
                    : new JobSize(site, onCpu, Optional.empty(), amount.total(), amount);
        }
    }

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
