package org.lexicographer.testing.up.metric;

import java.lang.System.Logger;
import org.lexicographer.testing.up.service.TrainerService;

/** Uses a service, which is above, and another logger than all. */
public record LoggedLoss(TrainerService service, Logger logger) {}
