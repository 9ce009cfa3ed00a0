package org.lexicographer.dictionary.exchange.folder;

import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.pipeline.Site;

/**
 * Names of sites in TransformerLens, which SAELens and Llama Scope go by: {@code
 * blocks.3.hook_mlp_out}.
 *
 * <p>{@code mlp.hook_in} is the name of the MLP module's input. {@code ln2.hook_normalized} is not:
 * it lies before the gain and bias of the layer norm.
 */
public final class TransformerLensHooks {

    private static final String EMBED = "hook_embed";
    private static final Pattern BLOCK = Pattern.compile("blocks\\.(\\d{1,4})\\.(.+)");

    private static final Set<Site.Kind> LAYER_KINDS =
            EnumSet.complementOf(EnumSet.of(Site.Kind.EMBED));

    private TransformerLensHooks() {}

    /** Returns the name of a site. */
    public static String name(Site site) {
        return site.kind() == Site.Kind.EMBED
                ? EMBED
                : "blocks.%d.%s".formatted(site.layer(), name(site.kind()));
    }

    private static String name(Site.Kind kind) {
        return switch (kind) {
            case EMBED -> EMBED;
            case RESID_PRE -> "hook_resid_pre";
            case ATTN_Z -> "attn.hook_z";
            case ATTN_OUT -> "hook_attn_out";
            case RESID_MID -> "hook_resid_mid";
            case MLP_IN -> "mlp.hook_in";
            case MLP_HIDDEN -> "mlp.hook_post";
            case MLP_OUT -> "hook_mlp_out";
            case RESID_POST -> "hook_resid_post";
        };
    }

    /**
     * Returns the site of a name.
     *
     * @param field the field that the name stands in
     * @throws DictionaryException when it is no site of ours
     */
    public static Site site(String field, String name) {
        if (name.equals(EMBED)) {
            return new Site(0, Site.Kind.EMBED);
        }
        Matcher block = BLOCK.matcher(name);
        if (block.matches()) {
            int layer = Integer.parseInt(block.group(1));
            for (Site.Kind kind : LAYER_KINDS) {
                if (name(kind).equals(block.group(2))) {
                    return new Site(layer, kind);
                }
            }
        }
        throw new DictionaryException(
                "site not known: expected=%s or blocks.N.(%s), %s=%s"
                        .formatted(EMBED, layerHooks(), field, name));
    }

    private static String layerHooks() {
        return LAYER_KINDS.stream()
                .map(TransformerLensHooks::name)
                .collect(Collectors.joining("|"));
    }
}
