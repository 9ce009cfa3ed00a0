package org.lexicographer.dictionary.exchange.saelens;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.exchange.folder.Placement;
import org.lexicographer.dictionary.exchange.folder.Placement.Stated;
import org.lexicographer.dictionary.exchange.folder.ToolJson;
import org.lexicographer.dictionary.exchange.folder.TransformerLensHooks;
import org.lexicographer.pipeline.Site;

/**
 * Where the {@code cfg.json} of SAELens says that a dictionary belongs. Versions use several names
 * for the same thing, at the top or under {@code metadata}; they must agree, and a name that is not
 * known here is refused.
 */
record SaeLensPlaces(JsonNode tree, JsonNode metadata) {

    private static final Names INPUT =
            new Names(
                    List.of("hook_name", "hook_point"),
                    List.of("hook_layer", "hook_point_layer"),
                    List.of("hook_head_index", "hook_point_head_index"));

    private static final Names OUTPUT =
            new Names(
                    List.of("hook_name_out", "hook_point_out", "out_hook_point"),
                    List.of("hook_layer_out", "hook_point_layer_out", "out_hook_point_layer"),
                    List.of(
                            "hook_head_index_out",
                            "hook_point_head_index_out",
                            "out_hook_point_head_index"));

    /** What one end of a dictionary is called, version by version. */
    private record Names(List<String> hooks, List<String> layers, List<String> heads) {}

    /** Returns what is said; transcoders must name their target, or somebody must name it. */
    Placement placement(boolean transcodes) {
        Stated reads = stated(INPUT);
        Stated reconstructs = stated(OUTPUT);
        if (transcodes || (reconstructs.site().isPresent() && !reconstructs.equals(reads))) {
            return Placement.transcoder(reads, reconstructs);
        }
        return reads.site().isPresent()
                ? Placement.autoencoder(reads)
                : new Placement(reads, reads, Placement.Task.UNSAID);
    }

    private Stated stated(Names names) {
        checkNoHead(names.heads());
        Optional<Site> site = site(names.hooks());
        Optional<Integer> layer = layer(names.layers());
        if (site.isEmpty()) {
            return layer.map(Stated::of).orElse(Stated.NOTHING);
        }
        boolean otherLayer = layer.filter(it -> it != site.get().layer()).isPresent();
        if (otherLayer && site.get().kind() != Site.Kind.EMBED) {
            throw new DictionaryException(
                    "layer mismatch: %s=%d, hook=%s"
                            .formatted(
                                    names.layers().getFirst(),
                                    layer.get(),
                                    TransformerLensHooks.name(site.get())));
        }
        return Stated.of(site.get());
    }

    private void checkNoHead(List<String> fields) {
        for (String field : fields) {
            for (JsonNode object : List.of(metadata, tree)) {
                if (object.hasNonNull(field)) {
                    throw new DictionaryException(
                            "SAELens setting not supported: %s=%s"
                                    .formatted(field, object.get(field)));
                }
            }
        }
    }

    private Optional<Site> site(List<String> fields) {
        Optional<Site> site = Optional.empty();
        for (String field : fields) {
            for (JsonNode object : List.of(metadata, tree)) {
                Optional<Site> here =
                        ToolJson.text(object, field)
                                .map(name -> TransformerLensHooks.site(field, name));
                site = agreed(field, site, here);
            }
        }
        return site;
    }

    private Optional<Integer> layer(List<String> fields) {
        Optional<Integer> layer = Optional.empty();
        for (String field : fields) {
            for (JsonNode object : List.of(metadata, tree)) {
                layer = agreed(field, layer, ToolJson.integer(object, field));
            }
        }
        return layer;
    }

    private static <T> Optional<T> agreed(String field, Optional<T> before, Optional<T> here) {
        if (before.isPresent() && here.isPresent() && !before.equals(here)) {
            throw new DictionaryException(
                    "config contradicts itself: expected=%s, found=%s, field=%s"
                            .formatted(before.get(), here.get(), field));
        }
        return before.or(() -> here);
    }
}
