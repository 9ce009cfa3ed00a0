package org.lexicographer.objectstore.hub;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.lexicographer.objectstore.RefusedObjectStoreException;

/** What says that all files of a selection are stored, and what they were checked against. */
final class HubManifest {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private HubManifest() {}

    static byte[] json(HubRepository repository, String commit, List<HubFile> files) {
        ObjectNode manifest = MAPPER.createObjectNode();
        manifest.put("repository", repository.toString()).put("commit", commit);
        ArrayNode list = manifest.putArray("files");
        for (HubFile file : files) {
            list.addObject()
                    .put("path", file.path())
                    .put("size", file.size())
                    .put(
                            file.digest().algorithm().name().toLowerCase(Locale.ROOT),
                            file.digest().hex());
        }
        return manifest.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the paths of the files that a manifest names. */
    static List<String> paths(byte[] json) {
        try {
            return MAPPER.readTree(json)
                    .path("files")
                    .valueStream()
                    .map(file -> file.path("path").asText())
                    .toList();
        } catch (IOException e) {
            throw new RefusedObjectStoreException("manifest of the hub not readable: " + e, e);
        }
    }
}
