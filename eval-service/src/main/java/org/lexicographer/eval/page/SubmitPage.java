package org.lexicographer.eval.page;

import java.util.List;
import java.util.Optional;
import org.lexicographer.pipeline.FieldError;

/**
 * The form that submits a run.
 *
 * @param spec the spec as it was written
 * @param errors its wrong fields
 * @param problem why it was not taken, where no single field is wrong
 */
public record SubmitPage(String spec, List<FieldError> errors, Optional<String> problem) {

    public SubmitPage {
        errors = List.copyOf(errors);
    }

    /** Returns the form before anything was submitted. */
    public static SubmitPage of(String spec) {
        return new SubmitPage(spec, List.of(), Optional.empty());
    }

    /** Tells whether it was submitted in vain. */
    public boolean isRefused() {
        return problem.isPresent();
    }
}
