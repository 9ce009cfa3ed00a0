package org.lexicographer.pipeline.dataset.fields;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.lexicographer.pipeline.BrokenRuleException;
import org.lexicographer.pipeline.Quotes;
import org.lexicographer.pipeline.chat.ChatTemplate;

/** What of a record is a document. */
public sealed interface DocumentContent {

    /** Returns where in a record it is. */
    List<FieldPath> paths();

    /** Tells whether a field of a record is asked for. */
    default boolean asksFor(String field) {
        return paths().stream().anyMatch(path -> path.beginsAt(field));
    }

    /** A document that is a text. */
    sealed interface Text extends DocumentContent {

        /**
         * Returns the text.
         *
         * @throws IllegalArgumentException when the record has none
         */
        String of(Fields record);
    }

    /**
     * The text of one field; the texts of a list, of a column or on a path through lists, with line
     * feeds between them.
     *
     * @param path where the text is
     */
    record TextField(FieldPath path) implements Text {

        private static final String WHAT = "text field";

        /** What datasets of chats call the list of a chat's messages. */
        private static final Set<String> CHATS =
                Set.of("messages", "conversation", "conversations");

        public TextField {
            requireNonNull(path, "path is null");
        }

        /** Creates the content of a field by its path. */
        public TextField(String path) {
            this(new FieldPath(path));
        }

        @Override
        public List<FieldPath> paths() {
            return List.of(path);
        }

        @Override
        public String of(Fields record) {
            refuseChat(record);
            return Characters.checked(text(record.at(path, WHAT), record.joins(path)));
        }

        /** What a chat is as a text, its model's template says, which is a program. */
        private void refuseChat(Fields record) {
            JsonNode value = path.in(record.wanted());
            Optional<String> chat =
                    value.path(0).isObject()
                            ? Optional.of(path.text())
                            : record.others().stream()
                                    .filter(it -> value.isMissingNode() && CHATS.contains(it))
                                    .findFirst();
            if (chat.isPresent()) {
                throw new BrokenRuleException(
                        "messages of a chat, which are no text by themselves",
                        "a text; documents.chat=%s takes the model's template"
                                .formatted(chat.get()),
                        chat.get());
            }
        }

        private static String text(JsonNode value, boolean joins) {
            if (joins && value.isArray()) {
                return String.join(
                        "\n",
                        StreamSupport.stream(value.spliterator(), false)
                                .map(element -> text(element, true))
                                .toList());
            }
            if (!value.isTextual()) {
                throw new BrokenRuleException(
                        WHAT + " is not a text", JsonToken.VALUE_STRING, value.asToken());
            }
            return value.textValue();
        }
    }

    /**
     * A text made of several fields.
     *
     * @param template how it is made
     */
    record TemplateText(TextTemplate template) implements Text {

        public TemplateText {
            requireNonNull(template, "template is null");
        }

        @Override
        public List<FieldPath> paths() {
            return template.paths();
        }

        @Override
        public String of(Fields record) {
            return Characters.checked(template.fill(record));
        }
    }

    /**
     * The text that a language model's template makes of a chat's messages.
     *
     * @param path where the list of messages is
     * @param template what makes the text
     */
    record ChatText(FieldPath path, ChatTemplate template) implements Text {

        private static final String WHAT = "field of messages";

        public ChatText {
            requireNonNull(path, "path is null");
            requireNonNull(template, "template is null");
        }

        @Override
        public List<FieldPath> paths() {
            return List.of(path);
        }

        @Override
        public String of(Fields record) {
            JsonNode messages = record.at(path, WHAT);
            if (!messages.isArray() || messages.isEmpty() || !messages.path(0).isObject()) {
                throw new BrokenRuleException(
                        WHAT + " is not a chat", "a list of messages", messages.asToken());
            }
            return Characters.checked(template.render(messages));
        }
    }

    /**
     * Token ids in place of a text.
     *
     * @param path where they are
     * @param vocabularySize how many tokens the language model knows, V
     */
    record TokenIds(FieldPath path, int vocabularySize) implements DocumentContent {

        private static final String WHAT = "token field";

        public TokenIds {
            requireNonNull(path, "path is null");
        }

        @Override
        public List<FieldPath> paths() {
            return List.of(path);
        }

        /**
         * Returns the ids.
         *
         * @throws IllegalArgumentException when the record has none, or one that the language model
         *     does not know
         */
        public int[] of(Fields record) {
            JsonNode list = record.at(path, WHAT);
            if (!list.isArray()) {
                throw new BrokenRuleException(
                        WHAT + " is not a list", "a list of token ids", list.asToken());
            }
            int[] ids = new int[list.size()];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = id(list.get(i), i);
            }
            return ids;
        }

        private int id(JsonNode value, int index) {
            boolean isKnown =
                    value.isIntegralNumber()
                            && value.canConvertToInt()
                            && value.intValue() >= 0
                            && value.intValue() < vocabularySize;
            if (!isKnown) {
                throw new BrokenRuleException(
                        "not a token of the language model",
                        "0 to " + (vocabularySize - 1),
                        "%s at index %d".formatted(Quotes.shortened(value.toString(), 40), index));
            }
            return value.intValue();
        }
    }
}
