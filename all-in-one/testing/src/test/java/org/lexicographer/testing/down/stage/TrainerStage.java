package org.lexicographer.testing.down.stage;

import org.lexicographer.testing.down.metric.Loss;

/** Uses a metric, which is below. */
public record TrainerStage(Loss loss) {}
