package org.lexicographer.eval.page;

import java.util.Optional;
import org.lexicographer.pipeline.run.RunSpec;

/**
 * A run in the list of runs.
 *
 * @param name the run's name
 * @param spec what is trained; empty for imports
 * @param owner whose it is; empty where it is nobody's
 * @param status how far it has come
 * @param dictionaries how many dictionaries were saved
 */
public record RunLine(
        String name,
        Optional<RunSpec> spec,
        Optional<String> owner,
        RunStatus status,
        long dictionaries) {}
