package org.lexicographer.runstore;

import org.lexicographer.pipeline.run.RunSpec;

/** The language model at a run's address is another than the one that the run was begun with. */
public final class ReplacedModelException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ReplacedModelException(RunSpec spec, String expected, String found) {
        super(
                ("language model is another than the run was begun with: expected content=%s,"
                                + " found=%s, uri=%s, run=%s; put the first one back and resume the"
                                + " run, or submit another run")
                        .formatted(expected, found, spec.languageModel().uri(), spec.run()));
    }
}
