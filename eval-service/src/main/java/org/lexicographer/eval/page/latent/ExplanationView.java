package org.lexicographer.eval.page.latent;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.lexicographer.eval.explanation.Explanation;
import org.lexicographer.eval.explanation.ExplanationRequest;
import org.lexicographer.pipeline.FieldError;

/**
 * What somebody says that a latent stands for, and the form that says it.
 *
 * @param now what is stored; empty when nobody has said anything
 * @param form what is written in the form
 * @param errors what is wrong with that
 * @param isOvertaken whether somebody else has written since the form was opened, so that nothing
 *     was stored
 */
public record ExplanationView(
        Optional<Explanation> now, Form form, List<FieldError> errors, boolean isOvertaken) {

    /**
     * What a form sends.
     *
     * @param text what the latent stands for
     * @param author who says so
     */
    public record Form(String text, String author) {}

    public ExplanationView {
        requireNonNull(now, "now is null");
        errors = List.copyOf(errors);
    }

    /** Shows what is stored, with a form to change it. */
    public static ExplanationView of(Optional<Explanation> now) {
        Form form =
                now.map(it -> new Form(it.text(), it.author())).orElseGet(() -> new Form("", ""));
        return new ExplanationView(now, form, List.of(), false);
    }

    /** Tells whether the form was sent and is to be looked at again. */
    public boolean isRefused() {
        return isOvertaken || !errors.isEmpty();
    }

    /** Returns which explanation the form replaces; nothing for none. */
    public String seen() {
        return now.map(Explanation::tag).orElse("");
    }

    /** Returns the most characters of a text. */
    public int most() {
        return ExplanationRequest.MOST_TEXT;
    }

    /** Returns the most characters of an author's name. */
    public int mostOfName() {
        return ExplanationRequest.MOST_AUTHOR;
    }

    /** Returns what is wrong with a field, if anything is. */
    public Optional<String> error(String field) {
        return FieldError.messageOf(field, errors);
    }
}
