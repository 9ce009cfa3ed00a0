package org.lexicographer.pipeline;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A place in a language model where activations can be observed or replaced, such as {@code
 * layers.3.mlp.out}.
 *
 * @param layer the layer's number from 0; 0 for {@link Kind#EMBED}, which has no layer
 * @param kind which place within the layer
 */
public record Site(int layer, Kind kind) implements Comparable<Site> {

    /** The places of a layer, in the order in which a forward pass reaches them. */
    public enum Kind {
        /** The token embedding's output, where the residual stream starts. */
        EMBED("embed"),
        /** The block's input. */
        RESID_PRE("resid.pre"),
        /** The heads' outputs side by side, which the attention's output projection reads. */
        ATTN_Z("attn.z"),
        /** The attention module's output. */
        ATTN_OUT("attn.out"),
        /** The stream between attention and MLP, in blocks that run one after the other. */
        RESID_MID("resid.mid"),
        /** The MLP module's input, after its layer norm. */
        MLP_IN("mlp.in"),
        /** The MLP's neurons after their nonlinearity, which its last projection reads. */
        MLP_HIDDEN("mlp.hidden"),
        /** The MLP module's output. */
        MLP_OUT("mlp.out"),
        /** The block's output. */
        RESID_POST("resid.post");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /** Returns the kind as written in a site, such as {@code mlp.out}. */
        @JsonValue
        public String text() {
            return text;
        }

        /**
         * Reads a kind as written in a site.
         *
         * @throws IllegalArgumentException naming the kinds there are when the text is none of them
         */
        @JsonCreator
        public static Kind parse(String text) {
            return find(text)
                    .orElseThrow(
                            () ->
                                    new BrokenRuleException(
                                            "unknown kind of site", "embed|" + layerKinds(), text));
        }

        static Optional<Kind> find(String text) {
            return Arrays.stream(values()).filter(kind -> kind.text.equals(text)).findFirst();
        }
    }

    private static final Pattern LAYER_SITE = Pattern.compile("layers\\.(\\d{1,4})\\.(.+)");

    /** Checks the components. */
    public Site {
        requireNonNull(kind, "kind is null");
        if (layer < 0 || (kind == Kind.EMBED && layer != 0)) {
            throw new IllegalArgumentException(
                    "layer out of range: layer=%d, kind=%s".formatted(layer, kind.text));
        }
    }

    /**
     * Reads a site.
     *
     * @throws IllegalArgumentException naming the forms there are when the text is none of them
     */
    @JsonCreator
    public static Site parse(String text) {
        if (text.equals(Kind.EMBED.text)) {
            return new Site(0, Kind.EMBED);
        }
        Matcher matcher = LAYER_SITE.matcher(text);
        if (matcher.matches()) {
            Optional<Kind> kind = Kind.find(matcher.group(2));
            if (kind.isPresent() && kind.get() != Kind.EMBED) {
                return new Site(Integer.parseInt(matcher.group(1)), kind.get());
            }
        }
        throw new BrokenRuleException(
                "unknown site", "embed or layers.N.(%s)".formatted(layerKinds()), text);
    }

    private static String layerKinds() {
        return Arrays.stream(Kind.values())
                .filter(kind -> kind != Kind.EMBED)
                .map(Kind::text)
                .collect(Collectors.joining("|"));
    }

    /** Orders sites as a forward pass reaches them: the embedding, then layer by layer. */
    @Override
    public int compareTo(Site other) {
        return Integer.compare(position(), other.position());
    }

    private int position() {
        return layer * Kind.values().length + kind.ordinal();
    }

    @JsonValue
    @Override
    public String toString() {
        return kind == Kind.EMBED ? kind.text : "layers.%d.%s".formatted(layer, kind.text);
    }
}
