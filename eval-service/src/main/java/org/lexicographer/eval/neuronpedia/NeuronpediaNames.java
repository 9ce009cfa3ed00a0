package org.lexicographer.eval.neuronpedia;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Site;

/**
 * What a dictionary is called on Neuronpedia, where a source set has one source for each layer of a
 * model.
 *
 * @param model the id of the language model
 * @param layer the layer that the dictionary reads; 0 for the embedding
 * @param set the name of the source set
 */
public record NeuronpediaNames(String model, int layer, String set) {

    /** What the interface for new models takes. */
    private static final String MODEL = "[a-z][a-z0-9.-]{0,30}[a-z0-9]";

    /** What the interface for new source sets takes. */
    private static final String SET = "(?!neurons$)[a-z][a-z0-9]*(-[a-z0-9]+)*";

    /**
     * Checks the names.
     *
     * @throws InvalidFieldsException naming each that Neuronpedia refuses
     */
    public NeuronpediaNames {
        requireNonNull(model, "model is null");
        requireNonNull(set, "set is null");
        new Checks()
                .that("model", model.matches(MODEL), "name not allowed", MODEL, model)
                .that("set", set.matches(SET), "name not allowed", SET, set)
                .end();
    }

    /** Returns the id of the source: {@code 3-name}. */
    public String source() {
        return layer + "-" + set;
    }

    /** Returns what a language model is likely to be called: its folder's name in small letters. */
    public static String modelAt(String uri) {
        return uri.replaceFirst("@[^/]*$", "")
                .replaceFirst("/+$", "")
                .replaceFirst("^.*[/:]", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9.-]", "-");
    }

    /** Returns a name that no other dictionary's set has: {@code mlp-out-run-recipe}. */
    public static String setOf(DictionaryId dictionary) {
        return "%s-%s-%s"
                .formatted(kind(dictionary.site()), dictionary.run(), dictionary.recipe())
                .replaceAll("-+", "-");
    }

    private static String kind(Site site) {
        return site.kind().text().replace('.', '-');
    }
}
