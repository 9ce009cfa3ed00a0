package org.lexicographer.dictionary.exchange;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lexicographer.pipeline.Site;

/**
 * Names of sites in TransformerLens, which SAELens goes by: {@code blocks.3.hook_mlp_out}.
 *
 * <p>{@code mlp.hook_in} is the name of the MLP module's input. {@code ln2.hook_normalized} is not:
 * it lies before the gain and bias of the layer norm.
 */
final class SaeLensHooks {

    private static final String EMBED = "hook_embed";
    private static final Pattern BLOCK = Pattern.compile("blocks\\.(\\d{1,4})\\.(.+)");

    private SaeLensHooks() {}

    static String name(Site site) {
        return site.kind() == Site.Kind.EMBED
                ? EMBED
                : "blocks.%d.%s".formatted(site.layer(), name(site.kind()));
    }

    private static String name(Site.Kind kind) {
        return switch (kind) {
            case EMBED -> EMBED;
            case RESID_PRE -> "hook_resid_pre";
            case ATTN_OUT -> "hook_attn_out";
            case MLP_IN -> "mlp.hook_in";
            case MLP_OUT -> "hook_mlp_out";
            case RESID_POST -> "hook_resid_post";
        };
    }

    /** Returns the site of a name, if it is one of ours. */
    static Optional<Site> site(String name) {
        if (name.equals(EMBED)) {
            return Optional.of(new Site(0, Site.Kind.EMBED));
        }
        Matcher block = BLOCK.matcher(name);
        if (!block.matches()) {
            return Optional.empty();
        }
        int layer = Integer.parseInt(block.group(1));
        return Arrays.stream(Site.Kind.values())
                .filter(kind -> kind != Site.Kind.EMBED && name(kind).equals(block.group(2)))
                .findFirst()
                .map(kind -> new Site(layer, kind));
    }
}
