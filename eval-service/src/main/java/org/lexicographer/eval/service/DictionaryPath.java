package org.lexicographer.eval.service;

import jakarta.ws.rs.PathParam;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.FieldError;
import org.lexicographer.pipeline.InvalidFieldsException;
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
    public DictionaryId id() {
        return id(run, site, recipe);
    }

    /**
     * Returns the dictionary of three names.
     *
     * @throws InvalidFieldsException naming every one that cannot be one
     */
    public static DictionaryId id(String run, String site, String recipe) {
        new Checks()
                .by("run", run, Names::check)
                .by("site", site, Site::parse)
                .by("recipe", recipe, Names::check)
                .end();
        return new DictionaryId(run, Site.parse(site), recipe);
    }

    /**
     * Returns a run's name if it can be one.
     *
     * @throws InvalidFieldsException when it cannot
     */
    public static String run(String name) {
        new Checks().by("run", name, Names::check).end();
        return name;
    }

    /**
     * Returns a number of training steps.
     *
     * @throws InvalidFieldsException when it is not one
     */
    public static long step(String text) {
        if (!text.matches("\\d{1,18}")) {
            throw new InvalidFieldsException(
                    FieldError.of("step", "wrong type", "whole number, at least 0", text));
        }
        return Long.parseLong(text);
    }
}
