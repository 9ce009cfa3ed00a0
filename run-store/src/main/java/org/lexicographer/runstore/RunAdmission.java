package org.lexicographer.runstore;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.lexicographer.pipeline.run.RunSpec;

/** Whether a submitted spec is that of the run of its name. */
public sealed interface RunAdmission {

    /** Returns the spec of the run that has the name, whoever submitted it; empty for none. */
    Optional<RunSpec> run();

    /**
     * The name is the run's, with the spec that was submitted or had become another by more steps.
     *
     * @param spec the spec, as it is stored
     */
    record Admitted(RunSpec spec) implements RunAdmission {

        public Admitted {
            requireNonNull(spec, "spec is null");
        }

        @Override
        public Optional<RunSpec> run() {
            return Optional.of(spec);
        }
    }

    /**
     * The name is taken.
     *
     * @param run the spec that has it, if that can be read; empty where an import has it
     * @param reason what has it, for whoever submitted the other
     */
    record Refused(Optional<RunSpec> run, String reason) implements RunAdmission {

        public Refused {
            requireNonNull(run, "run is null");
            requireNonNull(reason, "reason is null");
        }
    }
}
