package org.lexicographer.benchmark.profile;

/**
 * What moving data has cost a run.
 *
 * @param cpu processor seconds of all processes, servers too, JIT compilers and collectors too
 * @param profile what those of Java threads went into; all that a server takes is of its part
 * @param waiting the share of their time that trainers have waited after their first filling
 */
public record PipeCost(double cpu, CpuProfile profile, double waiting) {

    /** Returns the share of all processor time that went into a part. */
    public double share(Part part) {
        return profile.seconds().get(part) / cpu;
    }

    /** Returns the share that went into Kafka, S3 and copies, together. */
    public double pipe() {
        return share(Part.KAFKA) + share(Part.STORE) + share(Part.COPIES);
    }
}
