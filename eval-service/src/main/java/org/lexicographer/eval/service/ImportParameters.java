package org.lexicographer.eval.service;

import jakarta.ws.rs.QueryParam;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.lexicographer.dictionary.exchange.FolderFormat;
import org.lexicographer.eval.exchange.ImportRequest;
import org.lexicographer.pipeline.BrokenRuleException;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Site;

/** The query of an import. */
public class ImportParameters {

    private static final String CONTEXT_LENGTH = "[1-9]\\d{0,8}";

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
        Checks checks = new Checks();
        format.ifPresent(text -> checks.by("format", text, FolderFormat::parse));
        languageModel.ifPresent(uri -> checks.by("languageModel", uri, ImportParameters::model));
        contextLength.ifPresent(n -> checks.by("contextLength", n, ImportParameters::length));
        reconstructs.ifPresent(site -> checks.by("reconstructs", site, Site::parse));
        checks.end();
        return new ImportRequest(
                format.map(FolderFormat::parse),
                languageModel,
                revision,
                contextLength.map(ImportParameters::length),
                reconstructs.map(Site::parse));
    }

    private static void model(String uri) {
        if (!uri.startsWith("s3://") && !uri.startsWith("file:")) {
            throw new BrokenRuleException("not a model folder", "s3://bucket/prefix/", uri);
        }
    }

    private static int length(String text) {
        int length = text.matches(CONTEXT_LENGTH) ? Integer.parseInt(text) : 0;
        if (length < 2) {
            throw new BrokenRuleException("not a number of tokens", "at least 2", text);
        }
        return length;
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
        FolderFormat format = format(name);
        new Checks()
                .that(
                        "format",
                        PUBLISHED.contains(format),
                        "not a format of model hubs",
                        "saelens|dictionary_learning",
                        format.text())
                .end();
        return format;
    }
}
