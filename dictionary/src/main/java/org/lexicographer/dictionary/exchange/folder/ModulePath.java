package org.lexicographer.dictionary.exchange.folder;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.exchange.folder.Placement.Stated;
import org.lexicographer.pipeline.Site;

/**
 * The name of a module in a model of the Hugging Face library, such as {@code
 * gpt_neox.layers.3.mlp} or {@code h.3}, which names two sites at most: its input and its output.
 *
 * @param text the name as it is written
 * @param layer the number of the layer; empty for the embedding
 * @param module the module within the layer; empty for the layer as a whole
 */
public record ModulePath(String text, Optional<Integer> layer, String module) {

    private static final Pattern LAYER =
            Pattern.compile("(?:\\w+\\.)*(?:layers|h|blocks)\\.(\\d{1,4})(?:\\.(.+))?");
    private static final Pattern OLD_LAYER = Pattern.compile("layers?_(\\d{1,4})");
    private static final Pattern EMBED =
            Pattern.compile("(?:\\w+\\.)*(?:embed|embed_in|embed_tokens|wte)");

    /** Reads a name, or returns nothing for what is none. */
    public static Optional<ModulePath> find(String text) {
        Matcher layer = LAYER.matcher(text);
        if (layer.matches()) {
            String module = Optional.ofNullable(layer.group(2)).orElse("");
            return Optional.of(new ModulePath(text, number(layer), module));
        }
        Matcher old = OLD_LAYER.matcher(text);
        if (old.matches()) {
            return Optional.of(new ModulePath(text, number(old), ""));
        }
        return EMBED.matcher(text).matches()
                ? Optional.of(new ModulePath(text, Optional.empty(), "embed"))
                : Optional.empty();
    }

    private static Optional<Integer> number(Matcher matcher) {
        return Optional.of(Integer.parseInt(matcher.group(1)));
    }

    /**
     * Returns the site of the module's output.
     *
     * @throws DictionaryException when that is no site of ours
     */
    public Stated output() {
        return switch (module) {
            case "embed" -> Stated.of(new Site(0, Site.Kind.EMBED));
            case "" -> at(Site.Kind.RESID_POST);
            case "mlp" -> at(Site.Kind.MLP_OUT);
            case "mlp.act" -> at(Site.Kind.MLP_HIDDEN);
            case "attention", "attn", "self_attn" -> at(Site.Kind.ATTN_OUT);
            default -> throw notKnown("output");
        };
    }

    /**
     * Returns the site of the module's input.
     *
     * @throws DictionaryException when that is no site of ours
     */
    public Stated input() {
        return switch (module) {
            case "" -> at(Site.Kind.RESID_PRE);
            case "mlp" -> at(Site.Kind.MLP_IN);
            case "attention.dense", "attn.c_proj", "attn.attention.out_proj", "self_attn.o_proj" ->
                    at(Site.Kind.ATTN_Z);
            case "mlp.dense_4h_to_h", "mlp.c_proj", "mlp.down_proj" -> at(Site.Kind.MLP_HIDDEN);
            default -> throw notKnown("input");
        };
    }

    private Stated at(Site.Kind kind) {
        return new Stated(layer, Optional.of(kind));
    }

    private DictionaryException notKnown(String side) {
        return new DictionaryException(
                "site not known: expected=a layer, its mlp, the output of its attention or of mlp.act, the input of the last projection of either, or the embedding, found=%s of %s"
                        .formatted(side, text));
    }
}
