package org.lexicographer.dictionary.exchange.sparsify;

import java.util.List;
import java.util.Optional;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.exchange.folder.ModulePath;
import org.lexicographer.dictionary.exchange.folder.Placement;
import org.lexicographer.dictionary.exchange.folder.Placement.Stated;
import org.lexicographer.dictionary.exchange.folder.Placement.Task;

/**
 * Where a dictionary of sparsify belongs, by its hookpoint: the name of a module, whose output it
 * reconstructs, and reads too unless it transcodes. {@code {run}/layers.3.mlp/sae.safetensors}.
 */
final class SparsifyPlaces {

    /** A folder for each seed may lie in one for each module. */
    private static final int FOLDERS_NAMED = 2;

    private SparsifyPlaces() {}

    /** Returns the place that a folder's name says; nothing where it names no module. */
    static Placement ofFolder(String path, boolean transcodes) {
        List<String> segments = List.of(path.split("/"));
        Optional<ModulePath> module =
                segments.reversed().stream()
                        .limit(FOLDERS_NAMED)
                        .flatMap(name -> ModulePath.find(name).stream())
                        .findFirst();
        if (module.isPresent()) {
            return at(module.get(), transcodes);
        }
        return new Placement(
                Stated.NOTHING, Stated.NOTHING, transcodes ? Task.TRANSCODER : Task.AUTOENCODER);
    }

    /**
     * Returns what a hookpoint says.
     *
     * @throws DictionaryException when it is no module that is known here
     */
    static Placement named(String hookpoint, boolean transcodes) {
        ModulePath module =
                ModulePath.find(hookpoint)
                        .orElseThrow(
                                () ->
                                        new DictionaryException(
                                                "site not known: expected=layers.N, layers.N.mlp or layers.N.attention, hookpoint="
                                                        + hookpoint));
        return at(module, transcodes);
    }

    private static Placement at(ModulePath module, boolean transcodes) {
        return transcodes
                ? Placement.transcoder(module.input(), module.output())
                : Placement.autoencoder(module.output());
    }
}
