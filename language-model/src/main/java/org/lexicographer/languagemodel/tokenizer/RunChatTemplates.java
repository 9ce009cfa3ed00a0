package org.lexicographer.languagemodel.tokenizer;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import org.lexicographer.languagemodel.folder.ModelFiles;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.chat.ChatTemplate;

/**
 * The templates that runs make texts of chats with. A template is no part of what a model computes
 * with, and may be another tomorrow: a run keeps that it began with.
 */
public final class RunChatTemplates {

    private final ObjectStore objects;

    /** Keeps the templates in this store. */
    public RunChatTemplates(ObjectStore objects) {
        this.objects = requireNonNull(objects, "objects is null");
    }

    /**
     * Returns the template of a run, which from now on is its model's if it had none.
     *
     * @throws org.lexicographer.languagemodel.folder.InvalidModelException when there is none, or
     *     it is not known here
     */
    public ChatTemplate keep(String run, ModelFiles files) {
        String key = ObjectKeys.chatTemplate(run);
        if (objects.stat(key).isEmpty()) {
            byte[] text = ChatTemplateFile.text(files).getBytes(StandardCharsets.UTF_8);
            objects.putIfAbsent(key, text);
        }
        return find(run, files);
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
