package org.lexicographer.dictionary.exchange;

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
 * @param site where it reads, if the files say so in a way that names one of our sites
 * @param reconstructs where what it reconstructs belongs, likewise
 * @param normalization what activations were divided by for training, for dictionaries of ours
 * @param lineage how it was trained, for dictionaries of ours
 * @param imported how it came to where it was exported from, for those that were not trained there
 */
public record LoadedDictionary(
        Dictionary dictionary,
        Optional<Site> site,
        Optional<Site> reconstructs,
        Optional<Normalization> normalization,
        Optional<Lineage> lineage,
        Optional<Imported> imported)
        implements AutoCloseable {

    /** Checks that nothing is absent. */
    public LoadedDictionary {
        requireNonNull(dictionary, "dictionary is null");
        requireNonNull(site, "site is null");
        requireNonNull(reconstructs, "reconstructs is null");
        requireNonNull(normalization, "normalization is null");
        requireNonNull(lineage, "lineage is null");
        requireNonNull(imported, "imported is null");
    }

    /** A dictionary with all that its config says. */
    static LoadedDictionary of(Dictionary dictionary, DictionaryConfig config) {
        return new LoadedDictionary(
                dictionary,
                Optional.of(config.site()),
                Optional.of(config.reconstructs()),
                config.normalization(),
                config.lineage(),
                config.imported());
    }

    /** A dictionary of which the site is known at most. */
    static LoadedDictionary of(
            Dictionary dictionary, Optional<Site> site, Optional<Site> reconstructs) {
        return new LoadedDictionary(
                dictionary,
                site,
                reconstructs,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /**
     * Returns its config.
     *
     * @throws DictionaryException when the files do not name the site; {@link #config(Site, Site)}
     *     then takes it from the caller
     */
    public DictionaryConfig config() {
        Site reads =
                site.orElseThrow(
                        () -> new DictionaryException("site unknown: the files do not name one"));
        return config(reads, reconstructs.orElse(reads));
    }

    /** Returns its config with sites that the caller knows better. */
    public DictionaryConfig config(Site site, Site reconstructs) {
        return DictionaryConfig.of(dictionary, site, reconstructs, normalization, lineage)
                .withImported(imported);
    }

    @Override
    public void close() {
        dictionary.close();
    }
}
