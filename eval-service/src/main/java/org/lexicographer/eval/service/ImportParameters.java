package org.lexicographer.eval.service;

import jakarta.ws.rs.QueryParam;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.lexicographer.dictionary.exchange.FolderFormat;
import org.lexicographer.eval.exchange.ImportRequest;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.InvalidFieldsException.FieldError;
import org.lexicographer.pipeline.Site;

/** The query of an import. */
public class ImportParameters {

    private static final String CONTEXT_LENGTH = "[1-9]\\d{0,8}";

    /** The format of the folder. */
    @QueryParam("format")
    @Parameter(description = "told from the files when it is missing")
    Optional<String> format;

    @QueryParam("languageModel")
    @Parameter(
            description =
                    "s3://bucket/prefix/ of a Hugging Face folder; needed where there is no such run"
                            + " and the files do not say")
    Optional<String> languageModel;

    @QueryParam("revision")
    Optional<String> revision;

    @QueryParam("contextLength")
    @Parameter(description = "of text to evaluate on; what the files say, or 128, when missing")
    @Schema(type = SchemaType.INTEGER)
    Optional<String> contextLength;

    /** Where what it reconstructs belongs. */
    @QueryParam("reconstructs")
    @Parameter(description = "the site that a transcoder reconstructs, where the files do not say")
    Optional<String> reconstructs;

    /**
     * Returns the request.
     *
     * @throws InvalidFieldsException naming every wrong parameter
     */
    ImportRequest request() {
        List<FieldError> errors = new ArrayList<>();
        ImportRequest request =
                new ImportRequest(
                        parsed("format", format, FolderFormat::parse, errors),
                        parsed("languageModel", languageModel, ImportParameters::model, errors),
                        revision,
                        parsed("contextLength", contextLength, ImportParameters::length, errors),
                        parsed("reconstructs", reconstructs, Site::parse, errors));
        if (!errors.isEmpty()) {
            throw new InvalidFieldsException(errors);
        }
        return request;
    }

    private static String model(String uri) {
        if (!uri.startsWith("s3://") && !uri.startsWith("file:")) {
            throw new IllegalArgumentException(
                    "not a model folder: expected=s3://bucket/prefix/, found=" + uri);
        }
        return uri;
    }

    private static int length(String text) {
        int length = text.matches(CONTEXT_LENGTH) ? Integer.parseInt(text) : 0;
        if (length < 2) {
            throw new IllegalArgumentException("not a number of tokens from 2 on: found=" + text);
        }
        return length;
    }

    private static <T> Optional<T> parsed(
            String field,
            Optional<String> value,
            Function<String, T> parser,
            List<FieldError> errors) {
        try {
            return value.map(parser);
        } catch (IllegalArgumentException e) {
            errors.add(new FieldError(field, e.getMessage()));
            return Optional.empty();
        }
    }

    /**
     * Returns the format that an export is to have.
     *
     * @throws InvalidFieldsException naming those there are when it is none of them
     */
    static FolderFormat format(Optional<String> name) {
        try {
            return FolderFormat.parse(name.orElse("none"));
        } catch (IllegalArgumentException e) {
            throw new InvalidFieldsException(List.of(new FieldError("format", e.getMessage())));
        }
    }
}
