package org.lexicographer.testing.down.job;

import org.lexicographer.testing.down.stage.TrainerStage;

/** Uses a stage, which is below. */
public record TrainerJob(TrainerStage stage) {}
