package org.lexicographer.dictionary.exchange.gemmascope;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.exchange.folder.Placement;
import org.lexicographer.dictionary.exchange.folder.Placement.Stated;
import org.lexicographer.dictionary.exchange.folder.Placement.Task;
import org.lexicographer.pipeline.Site;

/**
 * Where a dictionary of Gemma Scope belongs: {@code
 * gemma-scope-2b-pt-res/layer_20/width_16k/average_l0_71} and {@code
 * gemma-scope-2-1b-pt/resid_post/layer_13_width_16k_l0_medium}.
 *
 * <p>"res" is the block's output and "att" the heads' outputs side by side. What Gemma Scope calls
 * the MLP's output lies behind the norm that Gemma has after the MLP, and is no site here;
 * transcoders reconstruct the same. How the input of "embedding" is scaled, no file says. These are
 * refused.
 */
final class GemmaScopePlaces {

    private static final Pattern LAYER = Pattern.compile("layer_(\\d{1,4})(?:_.*)?");
    private static final Pattern REPOSITORY =
            Pattern.compile("gemma-scope-.*-(res|att|mlp|transcoders)(?:-.*)?");
    private static final Pattern HOOK = Pattern.compile("(?:\\w+\\.)*layers\\.(\\d{1,4})\\.(.+)");

    private GemmaScopePlaces() {}

    /**
     * Returns the place that the names of folders say, as far as they do.
     *
     * @throws DictionaryException when it is no site of ours
     */
    static Placement ofFolder(String path) {
        List<String> segments = Arrays.asList(path.split("/"));
        Optional<Integer> layer =
                segments.stream()
                        .map(LAYER::matcher)
                        .filter(Matcher::matches)
                        .map(matcher -> Integer.parseInt(matcher.group(1)))
                        .reduce((_, last) -> last);
        Optional<Site.Kind> kind =
                segments.stream()
                        .flatMap(segment -> part(segment).stream())
                        .reduce((_, last) -> last)
                        .map(part -> kind(part, "folder=" + path));
        Stated place = new Stated(layer, kind);
        return kind.isPresent()
                ? Placement.autoencoder(place)
                : new Placement(place, Stated.NOTHING, Task.UNSAID);
    }

    private static Optional<String> part(String segment) {
        Matcher repository = REPOSITORY.matcher(segment);
        if (repository.matches()) {
            return Optional.of(repository.group(1));
        }
        return switch (segment.replaceAll("_all$", "")) {
            case "embedding", "resid_post", "attn_out", "mlp_out", "transcoder", "clt" ->
                    Optional.of(segment.replaceAll("_all$", ""));
            default -> Optional.empty();
        };
    }

    private static Site.Kind kind(String part, String where) {
        return switch (part) {
            case "res", "resid_post" -> Site.Kind.RESID_POST;
            case "att", "attn_out" -> Site.Kind.ATTN_Z;
            case "embedding" ->
                    throw new DictionaryException(
                            "site not known: no file says how embeddings are scaled, " + where);
            default -> throw behindNorm(where);
        };
    }

    /**
     * Returns the place of an autoencoder of a hook.
     *
     * @throws DictionaryException when it is no site of ours
     */
    static Placement ofHook(String field, String hook) {
        Matcher matcher = HOOK.matcher(hook);
        if (!matcher.matches()) {
            throw unknown(field, hook);
        }
        int layer = Integer.parseInt(matcher.group(1));
        Site.Kind kind =
                switch (matcher.group(2)) {
                    case "output" -> Site.Kind.RESID_POST;
                    case "self_attn.o_proj.input" -> Site.Kind.ATTN_Z;
                    case "post_feedforward_layernorm.output" ->
                            throw behindNorm("%s=%s".formatted(field, hook));
                    default -> throw unknown(field, hook);
                };
        return Placement.autoencoder(Stated.of(new Site(layer, kind)));
    }

    private static DictionaryException unknown(String field, String hook) {
        return new DictionaryException(
                "site not known: expected=model.layers.N.output or model.layers.N.self_attn.o_proj.input, %s=%s"
                        .formatted(field, hook));
    }

    private static DictionaryException behindNorm(String where) {
        return new DictionaryException(
                "site not known: the MLP's output behind Gemma's norm after it, " + where);
    }
}
