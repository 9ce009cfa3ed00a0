package org.lexicographer.testing.down.service;

import org.lexicographer.testing.down.job.TrainerJob;
import org.lexicographer.testing.down.metric.Loss;

/** Uses a job and a metric, which are below. */
public record TrainerService(TrainerJob job, Loss loss) {}
