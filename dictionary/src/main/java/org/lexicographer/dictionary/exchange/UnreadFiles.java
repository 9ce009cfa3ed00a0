package org.lexicographer.dictionary.exchange;

import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Files of published dictionaries whose layouts are known and not read here, so that whoever meets
 * one is told why. Source: the loaders of SAELens 6.54.
 */
public final class UnreadFiles {

    /**
     * A layout.
     *
     * @param path what paths of its files look like
     * @param reason why they are not read
     */
    private record Layout(Pattern path, String reason) {

        Layout(String path, String reason) {
            this(Pattern.compile("(?:.*/)?" + path), reason);
        }
    }

    private static final List<Layout> LAYOUTS =
            List.of(
                    new Layout(
                            "layer\\d+\\.sae\\.pt",
                            "Qwen Scope: how many latents are active is in the repository's name alone"),
                    new Layout(
                            "[^/]*-SAE-l\\d+\\.pth?",
                            "a file of Goodfire's or for DeepSeek R1: no file says what it reads"),
                    new Layout(
                            "[^/]*_Hcat_z_[^/]*\\.pt",
                            "a dictionary for attn.z of GPT-2 small: no file says what it reads"),
                    new Layout(
                            "(?:W_enc|W_dec|b_enc|b_dec|threshold)_\\d+\\.safetensors",
                            "a cross-layer transcoder, which writes to many sites"),
                    new Layout(
                            "layer_\\d+\\.safetensors",
                            "a transcoder for circuit tracing: many in one folder, described in YAML"),
                    new Layout(
                            "latest_ckpt\\.safetensors",
                            "a temporal dictionary: what it makes of a token depends on those before"));

    private UnreadFiles() {}

    /** Returns why files are not read, by their paths; those of formats are not among them. */
    public static SortedMap<String, String> among(Collection<String> paths) {
        SortedMap<String, String> unread = new TreeMap<>();
        for (String path : paths) {
            LAYOUTS.stream()
                    .filter(layout -> layout.path().matcher(path).matches())
                    .findFirst()
                    .ifPresent(layout -> unread.put(path, "not read here: " + layout.reason()));
        }
        return unread;
    }
}
