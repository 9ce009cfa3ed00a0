package org.lexicographer.languagemodel.tokenizer;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.lexicographer.languagemodel.folder.ModelFiles;
import org.lexicographer.languagemodel.hub.HubSources;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.chat.ChatTemplate;
import org.lexicographer.pipeline.source.SourceUri;
import org.lexicographer.pipeline.source.SourceUri.HubPath;

/**
 * The templates that runs make texts of chats with. A template is no part of what a model computes
 * with, and may be another tomorrow: a run keeps that it began with.
 */
public final class RunChatTemplates {

    private static final long MOST_BYTES = 4 << 20;

    private final ObjectStore objects;
    private final HubSources hub;

    /** Keeps the templates in this store. */
    public RunChatTemplates(ObjectStore objects, HubSources hub) {
        this.objects = requireNonNull(objects, "objects is null");
        this.hub = requireNonNull(hub, "hub is null");
    }

    /**
     * Returns the template of a run, which from now on is its model's if it had none. The folder of
     * a model that was fetched by an earlier version lacks the file of its template: where a folder
     * of the hub names none, the hub is asked.
     *
     * @param uri where the model's folder is
     * @throws org.lexicographer.languagemodel.folder.InvalidModelException when there is none, or
     *     it is not known here
     */
    public ChatTemplate keep(String run, String uri, ModelFiles files) {
        String key = ObjectKeys.chatTemplate(run);
        if (objects.stat(key).isEmpty()) {
            String text =
                    ChatTemplateFile.find(files)
                            .or(() -> onHub(uri))
                            .orElseGet(() -> ChatTemplateFile.text(files));
            objects.putIfAbsent(key, text.getBytes(StandardCharsets.UTF_8));
        }
        return find(run, files);
    }

    private Optional<String> onHub(String uri) {
        return SourceUri.parse(uri) instanceof HubPath path
                ? hub.look(path.withPath(ChatTemplateFile.FILE), MOST_BYTES)
                        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                : Optional.empty();
    }

    /**
     * Returns the template of a run; that of the model where the run has kept none, as none of its
     * documents were chats.
     *
     * @throws org.lexicographer.languagemodel.folder.InvalidModelException when there is none, or
     *     it is not known here
     */
    public ChatTemplate find(String run, ModelFiles files) {
        String key = ObjectKeys.chatTemplate(run);
        String text =
                objects.stat(key)
                        .map(_ -> new String(objects.bytes(key), StandardCharsets.UTF_8))
                        .orElseGet(() -> ChatTemplateFile.text(files));
        return ChatTemplateFile.read(text, files);
    }
}
