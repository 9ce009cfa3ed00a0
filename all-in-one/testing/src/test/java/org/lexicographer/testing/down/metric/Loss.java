package org.lexicographer.testing.down.metric;

/** Uses nothing. */
public record Loss(float value) {}
