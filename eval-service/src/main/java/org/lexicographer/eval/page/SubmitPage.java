package org.lexicographer.eval.page;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.lexicographer.pipeline.FieldError;

/**
 * The form that submits a run.
 *
 * @param spec the spec as it was written
 * @param errors its wrong fields
 * @param problem why it was not taken, where no single field is wrong
 */
public record SubmitPage(String spec, List<FieldError> errors, Optional<String> problem) {

    /** Lines of the text area at least. */
    private static final int LEAST_LINES = 30;

    private static final String NO_ERROR = "";

    public SubmitPage {
        errors = List.copyOf(errors);
    }

    /** Returns the form before anything was submitted. */
    public static SubmitPage of(String spec) {
        return new SubmitPage(spec, List.of(), Optional.empty());
    }

    /** Returns how many lines the text area has: all of the spec, so that it never scrolls. */
    public int lineCount() {
        return (int) Math.max(LEAST_LINES, spec.lines().count() + 1);
    }

    /**
     * An error and where it is.
     *
     * @param line of the spec, counted from 1
     */
    public record Fault(FieldError error, int line) {}

    /** Returns the errors with the lines of their fields. */
    public List<Fault> faults() {
        SpecLines lines = SpecLines.of(spec);
        return errors.stream().map(error -> new Fault(error, lines.line(error.field()))).toList();
    }

    /** Returns what stands beside the spec: the errors, each in the line of its field. */
    public String margin() {
        String[] beside = new String[lineCount()];
        Arrays.fill(beside, NO_ERROR);
        for (Fault fault : faults()) {
            int line = Math.min(fault.line(), beside.length) - 1;
            String text = "← " + fault.error().field() + ": " + fault.error().message();
            beside[line] += (beside[line].isEmpty() ? "" : "  ") + text;
        }
        return Arrays.stream(beside).collect(Collectors.joining("\n"));
    }

    /** Tells whether it was submitted in vain. */
    public boolean isRefused() {
        return problem.isPresent();
    }
}
