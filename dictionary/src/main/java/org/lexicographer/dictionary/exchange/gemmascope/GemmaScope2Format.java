package org.lexicographer.dictionary.exchange.gemmascope;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Optional;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.exchange.folder.FolderFiles;
import org.lexicographer.dictionary.exchange.folder.FolderLayout;
import org.lexicographer.dictionary.exchange.folder.LoadedDictionary;
import org.lexicographer.dictionary.exchange.folder.Placement;
import org.lexicographer.dictionary.exchange.folder.TensorFiles;
import org.lexicographer.dictionary.exchange.folder.ToolJson;

/**
 * A folder of Gemma Scope 2: {@code params.safetensors} with {@link GemmaScopeWeights}, and {@code
 * config.json} with architecture, hf_hook_point_in and hf_hook_point_out. Where there is no config,
 * the names of folders say where it belongs. Read, not written.
 *
 * <p>Refused: transcoders, with and without a skip connection, and all else that {@link
 * GemmaScopePlaces} does not know.
 */
public final class GemmaScope2Format implements FolderLayout {

    /** The name of the format. */
    public static final String NAME = "gemma-scope-2";

    private static final String WEIGHTS_FILE = "params.safetensors";
    private static final String CONFIG_FILE = "config.json";
    private static final String ARCHITECTURE = "architecture";
    private static final String JUMP_RELU = "jump_relu";
    private static final String HOOK_IN = "hf_hook_point_in";
    private static final String HOOK_OUT = "hf_hook_point_out";

    @Override
    public String weightsFile() {
        return WEIGHTS_FILE;
    }

    @Override
    public Optional<String> configFile() {
        return Optional.of(CONFIG_FILE);
    }

    @Override
    public Placement placement(FolderFiles files) {
        JsonNode tree =
                files.find(CONFIG_FILE)
                        .map(json -> ToolJson.object(CONFIG_FILE, json))
                        .orElseGet(JsonNodeFactory.instance::objectNode);
        String architecture = ToolJson.text(tree, ARCHITECTURE).orElse(JUMP_RELU);
        if (!architecture.equals(JUMP_RELU)) {
            throw new DictionaryException(
                    "architecture not known: expected=%s, found=%s"
                            .formatted(JUMP_RELU, architecture));
        }
        Optional<String> out = ToolJson.text(tree, HOOK_OUT);
        Placement placement =
                ToolJson.text(tree, HOOK_IN)
                        .map(hook -> GemmaScopePlaces.ofHook(HOOK_IN, hook))
                        .orElseGet(() -> GemmaScopePlaces.ofFolder(files.path()));
        boolean elsewhere =
                out.map(hook -> GemmaScopePlaces.ofHook(HOOK_OUT, hook))
                        .filter(target -> !target.equals(placement))
                        .isPresent();
        if (elsewhere) {
            throw new DictionaryException(
                    "transcoders are not supported: %s=%s, %s=%s"
                            .formatted(HOOK_IN, tree.path(HOOK_IN), HOOK_OUT, tree.path(HOOK_OUT)));
        }
        return placement;
    }

    @Override
    public LoadedDictionary read(NDManager manager, FolderFiles files) {
        Placement placement = placement(files);
        return GemmaScopeWeights.assemble(
                manager,
                TensorFiles.read(WEIGHTS_FILE, files.get(WEIGHTS_FILE), GemmaScopeWeights.NAMES),
                placement);
    }
}
