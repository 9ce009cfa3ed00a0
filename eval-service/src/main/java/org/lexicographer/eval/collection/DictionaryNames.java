package org.lexicographer.eval.collection;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Names for dictionaries, from the folders that they lie in. */
final class DictionaryNames {

    /**
     * Folders that say the site and nothing else: mlp_out_layer3, layer_20, blocks.8.hook_mlp_out.
     */
    private static final Pattern SITE =
            Pattern.compile("(?:.*[._-])?(?:layers?|blocks?|h)[._]?\\d+(?:\\..*)?|embed(?:_\\w+)?");

    private DictionaryNames() {}

    /**
     * Returns a short name: the folders, without those that say the site.
     *
     * @param folder the path of a dictionary's folder
     * @param all what the folder of all is called, for one that has no other name
     */
    static String shortName(String folder, String all) {
        String rest =
                Arrays.stream(folder.split("/"))
                        .filter(segment -> !segment.isEmpty() && !SITE.matcher(segment).matches())
                        .collect(Collectors.joining("-"));
        return slug(rest.isEmpty() ? all : rest);
    }

    /** Returns the letters and digits of a text, with a hyphen for all else. */
    static String slug(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    }
}
