package org.lexicographer.languagemodel.hub;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.objectstore.hub.HubFile;
import org.lexicographer.objectstore.hub.HubTree;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;

/**
 * The files of a repository that a language model is made of: its settings, its tokenizer, and the
 * weights that its index names, or {@code model.safetensors}. The same weights in other formats are
 * left where they are.
 */
final class ModelSelection {

    /** Under which name the selection is stored. */
    static final String NAME = "model";

    private static final Pattern SMALL = Pattern.compile("[^/]+\\.(json|txt|model|jinja)");
    private static final String CONFIG = "config.json";
    private static final String WEIGHTS = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";
    private static final long MOST_INDEX_BYTES = 100_000_000;

    private ModelSelection() {}

    static List<HubFile> choose(HubTree tree) {
        tree.file(CONFIG);
        List<HubFile> files = new ArrayList<>();
        tree.files().stream()
                .filter(file -> SMALL.matcher(file.path()).matches())
                .forEach(files::add);
        if (tree.find(INDEX).isPresent()) {
            files.addAll(named(tree));
        } else {
            files.add(tree.find(WEIGHTS).orElseThrow(() -> withoutWeights(tree)));
        }
        return files;
    }

    private static List<HubFile> named(HubTree tree) {
        JsonNode map = index(tree).path("weight_map");
        TreeSet<String> names = new TreeSet<>();
        map.forEach(name -> names.add(name.asText()));
        if (names.isEmpty() || names.stream().anyMatch(name -> name.contains("/"))) {
            throw tree.lacks("index names no files of its folder: file=" + INDEX);
        }
        return names.stream().map(tree::file).toList();
    }

    private static JsonNode index(HubTree tree) {
        try {
            return Json.tree(tree.bytes(INDEX, MOST_INDEX_BYTES));
        } catch (InvalidFieldsException e) {
            throw tree.lacks(
                    "index not readable: reason=%s, file=%s".formatted(e.getMessage(), INDEX));
        }
    }

    private static RefusedObjectStoreException withoutWeights(HubTree tree) {
        List<String> found =
                tree.files().stream()
                        .map(HubFile::path)
                        .filter(
                                path ->
                                        path.matches(
                                                "[^/]+\\.(bin|safetensors|pt|pth|gguf|msgpack|h5)"))
                        .toList();
        return tree.lacks(
                "no weights that are read here: expected=%s or %s, found=%s"
                        .formatted(WEIGHTS, INDEX, found));
    }
}
