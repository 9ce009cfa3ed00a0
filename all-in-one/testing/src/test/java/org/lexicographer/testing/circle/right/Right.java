package org.lexicographer.testing.circle.right;

import org.lexicographer.testing.circle.left.Left;

/** The other half of a circle. */
public record Right(Left left) {}
