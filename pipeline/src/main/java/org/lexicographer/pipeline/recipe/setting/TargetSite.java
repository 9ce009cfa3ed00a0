package org.lexicographer.pipeline.recipe.setting;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import org.lexicographer.pipeline.Site;

/**
 * The site that a recipe reconstructs, as seen from the site it reads: a kind, such as {@code
 * mlp.out}, in the same layer, or a whole site, such as {@code layers.3.mlp.out}.
 *
 * @param layer the layer's number; empty means the layer of the site that is read
 * @param kind which place within the layer
 */
public record TargetSite(Optional<Integer> layer, Site.Kind kind) {

    public TargetSite {
        requireNonNull(layer, "layer is null");
        requireNonNull(kind, "kind is null");
    }

    /**
     * Reads a target.
     *
     * @throws IllegalArgumentException naming the forms there are when the text is none of them
     */
    @JsonCreator
    public static TargetSite parse(String text) {
        if (text.startsWith("layers.")) {
            Site site = Site.parse(text);
            return new TargetSite(Optional.of(site.layer()), site.kind());
        }
        return new TargetSite(Optional.empty(), Site.Kind.parse(text));
    }

    /** Returns the site that is reconstructed when {@code input} is read. */
    public Site of(Site input) {
        return new Site(layer.orElse(input.layer()), kind);
    }

    /** Tells whether there is such a site: the embedding has no layer to name a kind in. */
    public boolean existsFor(Site input) {
        boolean fromEmbed = input.kind() == Site.Kind.EMBED;
        return layer.isPresent() || fromEmbed == (kind == Site.Kind.EMBED);
    }

    @JsonValue
    @Override
    public String toString() {
        return layer.map(number -> new Site(number, kind).toString()).orElse(kind.text());
    }
}
