package org.lexicographer.eval.service.page;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.multipart.FileUpload;
import org.lexicographer.eval.exchange.ImportRequest;
import org.lexicographer.eval.page.ImportPage;
import org.lexicographer.eval.service.DictionaryPath;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.FieldError;
import org.lexicographer.pipeline.InvalidFieldsException;

/** What the page that imports a dictionary sends; an empty field says nothing. */
public class ImportForm {

    @RestForm Optional<String> run;

    /** The site that the dictionary reads. */
    @RestForm Optional<String> site;

    @RestForm Optional<String> recipe;
    @RestForm Optional<String> format;
    @RestForm Optional<String> languageModel;
    @RestForm Optional<String> revision;
    @RestForm Optional<String> contextLength;

    /** Where what it reconstructs belongs. */
    @RestForm Optional<String> reconstructs;

    @RestForm(ImportPage.ZIP)
    FileUpload zip;

    /**
     * Returns the name to store the dictionary under.
     *
     * @throws InvalidFieldsException naming every part of it that is wrong
     */
    DictionaryId id() {
        return DictionaryPath.id(run.orElse(""), site.orElse(""), recipe.orElse(""));
    }

    /**
     * Returns what is said of the files.
     *
     * @throws InvalidFieldsException naming every wrong field
     */
    ImportRequest request() {
        return ImportRequest.read(
                said(format),
                said(languageModel),
                said(revision),
                said(contextLength),
                said(reconstructs));
    }

    private static Optional<String> said(Optional<String> field) {
        return field.map(String::strip).filter(text -> !text.isEmpty());
    }

    /** Opens the zip. */
    InputStream content() throws IOException {
        return Files.newInputStream(zip.uploadedFile());
    }

    /** Returns all that is wrong before the files are read. */
    List<FieldError> errors() {
        List<FieldError> errors = new ArrayList<>();
        for (Runnable part : List.<Runnable>of(this::id, this::request)) {
            try {
                part.run();
            } catch (InvalidFieldsException e) {
                errors.addAll(e.errors());
            }
        }
        // Browsers send an empty file where none was chosen.
        if (zip == null || zip.size() == 0) {
            errors.add(FieldError.of(ImportPage.ZIP, FieldError.MISSING, "a zip", "nothing"));
        }
        return errors;
    }

    /** Returns the page with what was written. */
    ImportPage page(List<FieldError> errors) {
        Map<String, String> values = new TreeMap<>();
        run.ifPresent(it -> values.put("run", it));
        site.ifPresent(it -> values.put("site", it));
        recipe.ifPresent(it -> values.put("recipe", it));
        format.ifPresent(it -> values.put("format", it));
        languageModel.ifPresent(it -> values.put("languageModel", it));
        revision.ifPresent(it -> values.put("revision", it));
        contextLength.ifPresent(it -> values.put("contextLength", it));
        reconstructs.ifPresent(it -> values.put("reconstructs", it));
        return new ImportPage(values, errors);
    }
}
