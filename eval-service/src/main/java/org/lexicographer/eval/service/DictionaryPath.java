package org.lexicographer.eval.service;

import jakarta.ws.rs.PathParam;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.InvalidFieldsException.FieldError;
import org.lexicographer.pipeline.Names;
import org.lexicographer.pipeline.Site;

/** The three segments of a path that name a dictionary. */
public class DictionaryPath {

    @PathParam("run")
    String run;

    /** The site that the dictionary reads. */
    @PathParam("site")
    String site;

    @PathParam("recipe")
    String recipe;

    /**
     * Returns the dictionary.
     *
     * @throws InvalidFieldsException naming every segment that cannot be one
     */
    DictionaryId id() {
        List<FieldError> errors = new ArrayList<>();
        check("run", run, Names::check, errors);
        check("site", site, Site::parse, errors);
        check("recipe", recipe, Names::check, errors);
        if (!errors.isEmpty()) {
            throw new InvalidFieldsException(errors);
        }
        return new DictionaryId(run, Site.parse(site), recipe);
    }

    private static void check(
            String field, String value, Function<String, ?> parser, List<FieldError> errors) {
        try {
            parser.apply(value);
        } catch (IllegalArgumentException e) {
            errors.add(new FieldError(field, e.getMessage()));
        }
    }

    /**
     * Returns a run's name if it can be one.
     *
     * @throws InvalidFieldsException when it cannot
     */
    static String run(String name) {
        List<FieldError> errors = new ArrayList<>();
        check("run", name, Names::check, errors);
        if (!errors.isEmpty()) {
            throw new InvalidFieldsException(errors);
        }
        return name;
    }

    /**
     * Returns a number of training steps.
     *
     * @throws InvalidFieldsException when it is not one
     */
    static long step(String text) {
        if (!text.matches("\\d{1,18}")) {
            throw new InvalidFieldsException(
                    List.of(new FieldError("step", "not a number of steps: found=" + text)));
        }
        return Long.parseLong(text);
    }
}
