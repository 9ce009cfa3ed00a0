package org.lexicographer.benchmark.profile;

import java.util.List;

/** What processor time goes into. */
public enum Part {
    /** Clients of Kafka, with what of the channels is above them. */
    KAFKA("Kafka", List.of("org.apache.kafka.", "io.smallrye.reactive.messaging.", "kafka.")),
    /** Clients of the object store. */
    STORE("S3", List.of("io.minio.", "okhttp3.", "okio.", "org.lexicographer.objectstore.")),
    /** Blocks made of values, and values of blocks. */
    COPIES(
            "copies",
            List.of(
                    "org.lexicographer.pipeline.block.",
                    "org.lexicographer.pipeline.stream.",
                    "org.lexicographer.tokenizer.kafka.",
                    "org.lexicographer.activation.stream.",
                    "org.lexicographer.trainer.stream.")),
    /** What the services are for. */
    WORK("work", List.of("org.lexicographer.", "ai.djl.", "jdk.incubator.vector."));

    private final String text;
    private final List<String> packages;

    Part(String text, List<String> packages) {
        this.text = text;
        this.packages = packages;
    }

    /** Returns what the part is called in tables. */
    public String text() {
        return text;
    }

    /**
     * Returns the part of a stack: that of the innermost frame which belongs to one. What the JDK
     * does, it does for whoever called it; a stack of the JDK alone is work.
     *
     * @param classes the classes of the frames by name, the innermost first
     */
    static Part of(List<String> classes) {
        for (String name : classes) {
            for (Part part : values()) {
                if (part.packages.stream().anyMatch(name::startsWith)) {
                    return part;
                }
            }
        }
        return WORK;
    }
}
