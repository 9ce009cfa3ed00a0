package org.lexicographer.eval.neuronpedia;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.InvalidFieldsException;

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

    private static final int DIGEST_BYTES = 4;

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

    /**
     * Returns the name of a set that is a recipe's own, with a source for each layer that the run
     * trains it at: {@code mlp-out-run-recipe-0123abcd}. Its end is of a digest, as the rest may be
     * that of another run and recipe too: hyphens are allowed in their names.
     */
    public static String setOf(DictionaryId dictionary) {
        String kind = dictionary.site().kind().text();
        String whole = "%s/%s/%s".formatted(kind, dictionary.run(), dictionary.recipe());
        return whole.replaceAll("[^a-z0-9]+", "-") + "-" + digest(whole);
    }

    /** Eight hexadecimal digits of SHA-256. */
    private static String digest(String text) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            byte[] bytes = sha.digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(bytes, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
