package org.lexicographer.runtime.start;

/**
 * Something that a service needs before its channels open. Steps are beans, taken in the order of
 * their {@link #order}; one that fails because broker or store is away is taken again until it
 * succeeds.
 */
public interface StartStep {

    /** The order of what every service needs: its topics and its bucket. */
    int COMMON = 0;

    /** The order of what a service does with topics and bucket in place. */
    int OWN = 100;

    /** Returns what is waited for while this step fails, in two or three words. */
    String name();

    /** Returns where the step stands among the others, lowest first. */
    int order();

    /**
     * Takes the step.
     *
     * @throws org.apache.kafka.common.KafkaException when the broker is away or refuses
     * @throws org.lexicographer.objectstore.ObjectStoreException when the store is away or refuses
     */
    void take();

    /** Called when the channels are open: what the service sends is taken from now on. */
    default void opened() {}
}
