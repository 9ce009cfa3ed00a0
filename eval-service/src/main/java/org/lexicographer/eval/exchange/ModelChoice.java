package org.lexicographer.eval.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lexicographer.dictionary.config.Imported;
import org.lexicographer.dictionary.config.Lineage;
import org.lexicographer.dictionary.exchange.folder.LoadedDictionary;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.InvalidFieldsException.FieldError;
import org.lexicographer.pipeline.run.RunSpec;

/**
 * The language model that an imported dictionary is for, and how long its contexts are.
 *
 * @param languageModel the URI of the language model's folder
 * @param revision the language model's revision, where one was named
 * @param contextLength tokens per context, T
 */
public record ModelChoice(String languageModel, Optional<String> revision, int contextLength) {

    /** What the post's dictionaries were trained on. */
    private static final int USUAL_CONTEXT_LENGTH = 128;

    private static final String LANGUAGE_MODEL = "languageModel";
    private static final String REVISION = "revision";
    private static final String CONTEXT_LENGTH = "contextLength";

    /**
     * Takes the model of a run, which the user may only repeat.
     *
     * @throws InvalidFieldsException when the user says otherwise
     */
    public static ModelChoice ofRun(RunSpec run, ImportRequest request) {
        List<FieldError> errors = new ArrayList<>();
        String model = run.languageModel().uri();
        check(LANGUAGE_MODEL, Optional.of(model), request.languageModel(), errors);
        check(REVISION, run.languageModel().revision(), request.revision(), errors);
        check(CONTEXT_LENGTH, Optional.of(run.contextLength()), request.contextLength(), errors);
        if (!errors.isEmpty()) {
            throw new InvalidFieldsException(errors);
        }
        return new ModelChoice(model, run.languageModel().revision(), run.contextLength());
    }

    private static <T> void check(
            String field, Optional<T> expected, Optional<T> found, List<FieldError> errors) {
        if (found.isPresent() && !found.equals(expected)) {
            String text = expected.map(Object::toString).orElse("none");
            errors.add(
                    new FieldError(
                            field,
                            "differs from the run's: expected=%s, found=%s"
                                    .formatted(text, found.get())));
        }
    }

    /**
     * Takes what the user says, then what the files say of where they were exported.
     *
     * @param toolContextLength tokens per context as the tool's config has it
     * @throws InvalidFieldsException when neither names a language model
     */
    public static ModelChoice of(
            ImportRequest request, LoadedDictionary loaded, Optional<Integer> toolContextLength) {
        Optional<Imported> before = loaded.imported();
        String model =
                request.languageModel()
                        .or(() -> before.map(Imported::languageModel))
                        .or(() -> loaded.lineage().map(Lineage::languageModel))
                        .orElseThrow(ModelChoice::modelMissing);
        Optional<String> revision =
                request.languageModel().isPresent()
                        ? request.revision()
                        : request.revision()
                                .or(() -> before.flatMap(Imported::revision))
                                .or(() -> loaded.lineage().flatMap(Lineage::revision));
        int contextLength =
                request.contextLength()
                        .or(() -> before.map(Imported::contextLength))
                        .or(() -> toolContextLength)
                        .orElse(USUAL_CONTEXT_LENGTH);
        return new ModelChoice(model, revision, contextLength);
    }

    /**
     * Returns the same with contexts that the model takes.
     *
     * @param limit the longest context that it takes, in tokens
     * @throws InvalidFieldsException when the user asks for longer ones
     */
    public ModelChoice within(int limit, ImportRequest request) {
        if (request.contextLength().filter(length -> length > limit).isPresent()) {
            throw new InvalidFieldsException(
                    List.of(
                            new FieldError(
                                    CONTEXT_LENGTH,
                                    "longer than the model's contexts: max=%d, found=%d"
                                            .formatted(limit, contextLength))));
        }
        return new ModelChoice(languageModel, revision, Math.min(contextLength, limit));
    }

    private static InvalidFieldsException modelMissing() {
        return new InvalidFieldsException(
                List.of(
                        new FieldError(
                                LANGUAGE_MODEL,
                                "missing: there is no such run, and the files name no language"
                                        + " model that is here")));
    }
}
