package org.lexicographer.eval.exchange;

import java.util.Optional;
import org.lexicographer.dictionary.config.Imported;
import org.lexicographer.dictionary.config.Lineage;
import org.lexicographer.dictionary.exchange.folder.LoadedDictionary;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.FieldError;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.run.RunSpec.LanguageModelSource;

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
        LanguageModelSource model = run.languageModel();
        Checks checks = new Checks();
        check(checks, LANGUAGE_MODEL, Optional.of(model.uri()), request.languageModel());
        check(checks, REVISION, model.revision(), request.revision());
        check(checks, CONTEXT_LENGTH, Optional.of(run.contextLength()), request.contextLength());
        checks.end();
        return new ModelChoice(model.uri(), model.revision(), run.contextLength());
    }

    private static <T> void check(
            Checks checks, String field, Optional<T> expected, Optional<T> found) {
        checks.that(
                field,
                found.isEmpty() || found.equals(expected),
                "differs from the run's",
                expected.map(Object::toString).orElse("none"),
                found.orElse(null));
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
                    FieldError.of(
                            CONTEXT_LENGTH,
                            "longer than the model's contexts",
                            "at most " + limit,
                            contextLength));
        }
        return new ModelChoice(languageModel, revision, Math.min(contextLength, limit));
    }

    private static InvalidFieldsException modelMissing() {
        return new InvalidFieldsException(
                FieldError.of(
                        LANGUAGE_MODEL,
                        FieldError.MISSING,
                        "a language model, as there is no such run and the files name none that is"
                                + " here",
                        "nothing"));
    }
}
