package org.lexicographer.dictionary.exchange.folder;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Normalization;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.config.Imported;
import org.lexicographer.dictionary.config.Lineage;
import org.lexicographer.pipeline.Site;

/**
 * A dictionary and what its files say of where it belongs.
 *
 * @param dictionary the dictionary; closed with this
 * @param placement what the files say of where it belongs
 * @param normalization what activations were divided by for training, for dictionaries of ours
 * @param lineage how it was trained, for dictionaries of ours
 * @param imported how it was imported where it was exported, unless it was trained there
 */
public record LoadedDictionary(
        Dictionary dictionary,
        Placement placement,
        Optional<Normalization> normalization,
        Optional<Lineage> lineage,
        Optional<Imported> imported)
        implements AutoCloseable {

    public LoadedDictionary {
        requireNonNull(dictionary, "dictionary is null");
        requireNonNull(placement, "placement is null");
        requireNonNull(normalization, "normalization is null");
        requireNonNull(lineage, "lineage is null");
        requireNonNull(imported, "imported is null");
    }

    /** Returns a dictionary with everything that its config says. */
    public static LoadedDictionary of(Dictionary dictionary, DictionaryConfig config) {
        return new LoadedDictionary(
                dictionary,
                Placement.of(config.site(), config.reconstructs()),
                config.normalization(),
                config.lineage(),
                config.imported());
    }

    /** Returns a dictionary of which at most the place is known. */
    public static LoadedDictionary of(Dictionary dictionary, Placement placement) {
        return new LoadedDictionary(
                dictionary, placement, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * Returns its config.
     *
     * @throws DictionaryException when the files do not name the site, or not the target of a
     *     transcoder; {@link #config(Site, Optional)} then takes it from the caller
     */
    public DictionaryConfig config() {
        Site reads =
                placement
                        .reads()
                        .site()
                        .orElseThrow(
                                () ->
                                        new DictionaryException(
                                                "site unknown: the files do not name one"));
        return config(reads, Optional.empty());
    }

    /**
     * Returns its config at a site.
     *
     * @param reconstructs what it is to reconstruct, where the files leave that open
     * @throws DictionaryException when the files say otherwise
     */
    public DictionaryConfig config(Site site, Optional<Site> reconstructs) {
        Site target = placement.target(site, reconstructs);
        return DictionaryConfig.of(dictionary, site, target, normalization, lineage)
                .withImported(imported);
    }

    @Override
    public void close() {
        dictionary.close();
    }
}
