package org.lexicographer.activation.model;

/** A language model in memory. */
public interface LoadedModel extends ActivationSource, AutoCloseable {

    /** Releases the memory; nobody may be using the model. */
    @Override
    void close();
}
