package org.lexicographer.eval.service;

import jakarta.ws.rs.QueryParam;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.lexicographer.dictionary.exchange.FolderFormat;
import org.lexicographer.eval.exchange.ImportRequest;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.InvalidFieldsException;

/** The query of an import. */
public class ImportParameters {

    private static final Set<FolderFormat> PUBLISHED =
            Set.of(FolderFormat.SAE_LENS, FolderFormat.DICTIONARY_LEARNING);

    /** The format of the folder. */
    @QueryParam("format")
    @Parameter(description = "told from the files when it is missing")
    Optional<String> format;

    @QueryParam("languageModel")
    @Parameter(
            description =
                    "s3://bucket/prefix/ of a Hugging Face folder; needed where there is no such"
                            + " run and the files do not say")
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
        return ImportRequest.read(format, languageModel, revision, contextLength, reconstructs);
    }

    /**
     * Returns the format that an export is to have.
     *
     * @throws InvalidFieldsException naming those there are when it is none of them
     */
    static FolderFormat format(Optional<String> name) {
        String text = name.orElse("none");
        new Checks().by("format", text, FolderFormat::parse).end();
        return FolderFormat.parse(text);
    }

    /**
     * Returns the format that a published folder is to have.
     *
     * @throws InvalidFieldsException naming those there are when it is none of them
     */
    static FolderFormat published(Optional<String> name) {
        String text = name.orElse("none");
        Optional<FolderFormat> format =
                PUBLISHED.stream().filter(known -> known.text().equals(text)).findFirst();
        new Checks()
                .that(
                        "format",
                        format.isPresent(),
                        "not a format of model hubs",
                        "saelens|dictionary_learning",
                        text)
                .end();
        return format.orElseThrow();
    }
}
