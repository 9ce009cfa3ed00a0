package org.lexicographer.dictionary.exchange.gemmascope;

import ai.djl.ndarray.NDManager;
import java.util.Optional;
import org.lexicographer.dictionary.exchange.folder.FolderFiles;
import org.lexicographer.dictionary.exchange.folder.FolderLayout;
import org.lexicographer.dictionary.exchange.folder.LoadedDictionary;
import org.lexicographer.dictionary.exchange.folder.Placement;
import org.lexicographer.dictionary.npz.NpzFile;

/**
 * A folder of Gemma Scope: {@code params.npz} with {@link GemmaScopeWeights}, and nothing else. The
 * names of folders say where it belongs, {@link GemmaScopePlaces}. Read, not written.
 */
public final class GemmaScopeFormat implements FolderLayout {

    /** The name of the format. */
    public static final String NAME = "gemma-scope";

    private static final String WEIGHTS_FILE = "params.npz";

    @Override
    public String weightsFile() {
        return WEIGHTS_FILE;
    }

    @Override
    public Optional<String> configFile() {
        return Optional.empty();
    }

    @Override
    public Placement placement(FolderFiles files) {
        return GemmaScopePlaces.ofFolder(files.path());
    }

    @Override
    public LoadedDictionary read(NDManager manager, FolderFiles files) {
        Placement placement = placement(files);
        return GemmaScopeWeights.assemble(
                manager,
                NpzFile.read(
                        WEIGHTS_FILE,
                        files.get(WEIGHTS_FILE),
                        GemmaScopeWeights.NAMES,
                        files.maxUnpackedBytes()),
                placement);
    }
}
