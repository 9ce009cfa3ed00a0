package org.lexicographer.dictionary.exchange.dictionarylearning;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.exchange.folder.ModulePath;
import org.lexicographer.dictionary.exchange.folder.Placement;
import org.lexicographer.dictionary.exchange.folder.Placement.Stated;
import org.lexicographer.pipeline.Site;

/**
 * What dictionary_learning's scripts call the module that a dictionary belongs to: {@code mlp},
 * {@code resid_post_layer_3}, {@code mlp_out_layer1}.
 *
 * @param text the name as it is written
 * @param part the name without the layer
 * @param layer the layer, where the name has one
 */
record Submodule(String text, Part part, Optional<Integer> layer) {

    private static final Pattern WITH_LAYER = Pattern.compile("(.+?)_layer_?(\\d{1,4})");
    private static final String IN = "in";
    private static final String OUT = "out";
    private static final String IN_AND_OUT = "in_and_out";

    /** The modules that have a name there. */
    private enum Part {
        RESIDUAL_AFTER,
        RESIDUAL_MIDDLE,
        RESIDUAL_BEFORE,
        HEADS,
        ATTENTION,
        NEURONS,
        MLP,
        EMBEDDING
    }

    /** Reads the name of a folder; empty when it names no module. */
    static Optional<Submodule> find(String text) {
        Matcher layered = WITH_LAYER.matcher(text);
        if (layered.matches()) {
            Optional<Integer> layer = Optional.of(Integer.parseInt(layered.group(2)));
            return part(layered.group(1)).map(part -> new Submodule(text, part, layer));
        }
        return part(text).map(part -> new Submodule(text, part, Optional.empty()));
    }

    private static Optional<Part> part(String text) {
        return switch (text) {
            case "resid_post", "resid_out" -> Optional.of(Part.RESIDUAL_AFTER);
            case "resid_mid" -> Optional.of(Part.RESIDUAL_MIDDLE);
            case "resid_pre" -> Optional.of(Part.RESIDUAL_BEFORE);
            case "attn_z" -> Optional.of(Part.HEADS);
            case "attn", "attn_out", "attention", "attention_out" -> Optional.of(Part.ATTENTION);
            case "mlp_hidden" -> Optional.of(Part.NEURONS);
            case "mlp", "mlp_out" -> Optional.of(Part.MLP);
            case "embed" -> Optional.of(Part.EMBEDDING);
            default -> Optional.empty();
        };
    }

    /**
     * Returns where a dictionary belongs.
     *
     * @param name the name of the module in a config
     * @param layer the layer in a config, which the name must not contradict
     * @param io which sides of the module are read and reconstructed
     * @throws DictionaryException when that is no site of ours
     */
    static Placement placement(String name, Optional<Integer> layer, String io) {
        Optional<Submodule> known = find(name);
        if (known.isPresent()) {
            return known.get().in(layer).placement(io);
        }
        ModulePath path = ModulePath.find(name).orElseThrow(() -> notKnown(name, io));
        checkSame(name, layer, path.layer());
        return switch (io) {
            case OUT -> Placement.autoencoder(path.output());
            case IN -> Placement.autoencoder(path.input());
            case IN_AND_OUT -> Placement.transcoder(path.input(), path.output());
            default -> throw notKnown(name, io);
        };
    }

    private Submodule in(Optional<Integer> configured) {
        if (part != Part.EMBEDDING) {
            checkSame(text, configured, layer);
        }
        return new Submodule(text, part, layer.or(() -> configured));
    }

    private static void checkSame(
            String name, Optional<Integer> configured, Optional<Integer> named) {
        if (configured.isPresent() && named.isPresent() && !configured.equals(named)) {
            throw new DictionaryException(
                    "layer mismatch: layer=%d, submodule_name=%s"
                            .formatted(configured.get(), name));
        }
    }

    /** Tells whether the name includes the layer where there is one, as a folder's name must. */
    boolean isWhole() {
        return layer.isPresent() || part == Part.EMBEDDING;
    }

    /** Returns the placement of an autoencoder of the module's output. */
    Placement output() {
        return placement(OUT);
    }

    private Placement placement(String io) {
        boolean mlp = part == Part.MLP;
        if (mlp && io.equals(IN_AND_OUT)) {
            return Placement.transcoder(at(Site.Kind.MLP_IN), at(Site.Kind.MLP_OUT));
        }
        if (mlp && io.equals(IN)) {
            return Placement.autoencoder(at(Site.Kind.MLP_IN));
        }
        // The name of a residual stream says which side it is.
        boolean residual =
                switch (part) {
                    case RESIDUAL_AFTER, RESIDUAL_MIDDLE, RESIDUAL_BEFORE -> true;
                    case HEADS, ATTENTION, NEURONS, MLP, EMBEDDING -> false;
                };
        if (io.equals(OUT) || (part == Part.RESIDUAL_BEFORE && io.equals(IN))) {
            return Placement.autoencoder(at(kind()));
        }
        throw notKnown(text, residual ? io + " of a residual stream" : io);
    }

    private Site.Kind kind() {
        return switch (part) {
            case RESIDUAL_AFTER -> Site.Kind.RESID_POST;
            case RESIDUAL_MIDDLE -> Site.Kind.RESID_MID;
            case RESIDUAL_BEFORE -> Site.Kind.RESID_PRE;
            case HEADS -> Site.Kind.ATTN_Z;
            case ATTENTION -> Site.Kind.ATTN_OUT;
            case NEURONS -> Site.Kind.MLP_HIDDEN;
            case MLP -> Site.Kind.MLP_OUT;
            case EMBEDDING -> Site.Kind.EMBED;
        };
    }

    private Stated at(Site.Kind kind) {
        return new Stated(layer, Optional.of(kind));
    }

    private static DictionaryException notKnown(String name, String io) {
        return new DictionaryException(
                "site not known: expected=embed, resid_pre, resid_mid, resid_post, attn_z, attention, mlp_hidden or mlp, submodule_name=%s, io=%s"
                        .formatted(name, io));
    }
}
