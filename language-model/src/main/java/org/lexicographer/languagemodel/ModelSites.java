package org.lexicographer.languagemodel;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.lexicographer.languagemodel.config.ModelConfig;
import org.lexicographer.languagemodel.family.ModelFamily;
import org.lexicographer.languagemodel.folder.ModelFiles;
import org.lexicographer.languagemodel.forward.ModelSize;
import org.lexicographer.languagemodel.forward.SiteWidths;
import org.lexicographer.pipeline.Site;

/**
 * The sites of a language model, which its configuration decides: they can be asked for before its
 * weights are there.
 *
 * @param family the {@code model_type} of the configuration
 * @param layers L
 * @param widths of the activations at each kind of site
 */
public record ModelSites(String family, int layers, SiteWidths widths) {

    /** The families that norm what a module gives before they add it to the stream. */
    private static final Set<String> NORMS_AFTER_MODULES =
            Set.of("gemma2", "gemma3", "gemma3_text");

    public ModelSites {
        requireNonNull(family, "family is null");
        requireNonNull(widths, "widths is null");
    }

    /**
     * Reads a model's {@code config.json} alone.
     *
     * @throws org.lexicographer.languagemodel.folder.InvalidModelException when it is not there, or
     *     not that of a known family
     */
    public static ModelSites read(ModelFiles files) {
        ModelConfig config = ModelConfig.read(files);
        ModelFamily family = ModelFamily.of(config);
        return of(family, family.architecture(config).size());
    }

    static ModelSites of(ModelFamily family, ModelSize size) {
        return new ModelSites(family.modelType(), size.layers(), size.widths());
    }

    /**
     * Tells whether norms follow attention and MLP. {@code attn.out} and {@code mlp.out} are what
     * the modules give, before these norms.
     */
    public boolean hasNormsAfterModules() {
        return NORMS_AFTER_MODULES.contains(family);
    }

    /** Returns all sites, in the order in which a forward pass reaches them. */
    public TreeSet<Site> all() {
        TreeSet<Site> sites = new TreeSet<>();
        for (Site.Kind kind : Site.Kind.values()) {
            for (int layer = 0; layer < layers && widths.of(kind).isPresent(); layer++) {
                sites.add(new Site(kind == Site.Kind.EMBED ? 0 : layer, kind));
            }
        }
        return sites;
    }

    /**
     * Returns the width of the activations at a site.
     *
     * @throws IllegalArgumentException when the model has no such site, with the reason
     */
    public int width(Site site) {
        Optional<String> lack = lack(site);
        if (lack.isPresent()) {
            throw new IllegalArgumentException(
                    "no such site in the model: %s, site=%s".formatted(lack.get(), site));
        }
        return widths.of(site.kind()).getAsInt();
    }

    /** Returns why the model lacks a site; empty when it has it. */
    public Optional<String> lack(Site site) {
        if (site.layer() >= layers) {
            return Optional.of("layers=" + layers);
        }
        return widths.of(site.kind()).isPresent()
                ? Optional.empty()
                : Optional.of("attention and MLP of a layer read the same input: family=" + family);
    }

    /**
     * Checks that the model has the sites.
     *
     * @throws IllegalArgumentException naming the first that it lacks
     */
    public void require(Collection<Site> sites) {
        sites.forEach(this::width);
    }
}
