package org.lexicographer.testing.circle.left;

import org.lexicographer.testing.circle.right.Right;

/** One half of a circle. */
public record Left(Right right) {}
