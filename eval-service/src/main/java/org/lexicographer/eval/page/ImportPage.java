package org.lexicographer.eval.page;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.dictionary.exchange.FolderFormat;
import org.lexicographer.pipeline.FieldError;

/**
 * The form that imports a dictionary.
 *
 * @param values what was written in its fields, by their names
 * @param errors what is wrong with it
 */
public record ImportPage(Map<String, String> values, List<FieldError> errors) {

    /** The field with the files. */
    public static final String ZIP = "zip";

    private static final String FORMAT = "format";

    /**
     * A field for a word.
     *
     * @param name its name
     * @param label what it is for
     * @param isRequired whether the form is not sent without it
     * @param value what was written in it
     * @param error what is wrong with that
     */
    public record Field(
            String name, String label, boolean isRequired, String value, Optional<String> error) {}

    public ImportPage {
        values = Map.copyOf(values);
        errors = List.copyOf(errors);
    }

    /** Returns the fields for words that all imports need. */
    public List<Field> names() {
        return List.of(
                field("run", "Run; one of yours, or a new name", true),
                field("site", "Site that it reads, such as layers.3.mlp.out", true),
                field("recipe", "Name of the dictionary", true));
    }

    /** Returns the fields for what neither the run nor the files may say. */
    public List<Field> details() {
        return List.of(
                field("languageModel", "Language model: s3://bucket/prefix/", false),
                field("revision", "Its revision", false),
                field("contextLength", "Tokens per context of text to evaluate on", false),
                field("reconstructs", "Site that it reconstructs, if another", false));
    }

    private Field field(String name, String label, boolean isRequired) {
        return new Field(name, label, isRequired, values.getOrDefault(name, ""), error(name));
    }

    /** Returns the formats of folders. */
    public List<String> formats() {
        return Arrays.stream(FolderFormat.values()).map(FolderFormat::text).toList();
    }

    /** Tells whether a format was chosen. */
    public boolean isChosen(String format) {
        return format.equals(values.get(FORMAT));
    }

    /** Returns what is wrong with a field, if anything is. */
    public Optional<String> error(String field) {
        return FieldError.messageOf(field, errors);
    }
}
