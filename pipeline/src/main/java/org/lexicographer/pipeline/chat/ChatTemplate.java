package org.lexicographer.pipeline.chat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.lexicographer.pipeline.chat.syntax.Statement;
import org.lexicographer.pipeline.chat.syntax.StatementParser;
import org.lexicographer.pipeline.chat.syntax.TemplateException;
import org.lexicographer.pipeline.chat.value.Budget;
import org.lexicographer.pipeline.chat.value.Values;

/**
 * A template that makes a text of the messages of a chat, as transformers' {@code
 * apply_chat_template} does without tools, documents and a prompt for the next answer. Safe for use
 * by several threads.
 *
 * <p>Known of Jinja are its statements but those that load other templates, its operators, most of
 * its filters and tests, and the methods of texts, lists and maps that change nothing. A template
 * with another statement is refused when it is read, other functions, filters and methods where
 * they are met: a date of today, for example, would make another text tomorrow, unless a day is
 * {@link #on given}.
 *
 * <p>A template is somebody else's program: its size, its depth and what one rendering takes have
 * limits, which are far from what a template takes that makes a document of a chat.
 */
public final class ChatTemplate {

    /** Those that models come with have some ten thousand characters. */
    private static final int MOST_CHARACTERS = 1 << 20;

    /** The names of what is thought before an answer, the one that counts first. */
    private static final List<String> THOUGHTS =
            List.of("reasoning_content", "thinking", "reasoning");

    private final List<Statement> statements;
    private final Map<String, String> tokens;
    private final Optional<LocalDate> today;

    private ChatTemplate(
            List<Statement> statements, Map<String, String> tokens, Optional<LocalDate> today) {
        this.statements = statements;
        this.tokens = Map.copyOf(tokens);
        this.today = today;
    }

    /**
     * Reads a template.
     *
     * @param template the text of the template
     * @param tokens the tokenizer's special tokens by their names, such as bos_token
     * @throws TemplateException when it has statements or expressions that are not known here, or
     *     is too large or too deep
     */
    public static ChatTemplate of(String template, Map<String, String> tokens) {
        if (template.length() > MOST_CHARACTERS) {
            throw new TemplateException(
                    "chat template too large: most characters=%d, found=%d"
                            .formatted(MOST_CHARACTERS, template.length()));
        }
        return new ChatTemplate(StatementParser.parse(template), tokens, Optional.empty());
    }

    /** Returns the template with a day that it takes for today; without one it knows none. */
    public ChatTemplate on(LocalDate day) {
        return new ChatTemplate(statements, tokens, Optional.of(day));
    }

    /**
     * Returns the text of a chat.
     *
     * @param messages a list of objects, as a rule with role and content
     * @throws TemplateException when the template does not take them, does something with them that
     *     is not known here, or takes too much for it
     * @throws java.util.concurrent.CancellationException when the thread is interrupted
     */
    public String render(JsonNode messages) {
        if (!messages.isArray() || messages.isEmpty()) {
            throw new TemplateException(
                    "chat has no messages: expected=a list with some, found="
                            + (messages.isArray() ? "none" : messages.getNodeType()));
        }
        Map<String, Object> given = new HashMap<>(tokens);
        List<Object> chat = new ArrayList<>();
        messages.forEach(message -> chat.add(message(message)));
        given.put("messages", chat);
        given.put("tools", Values.NONE);
        given.put("documents", Values.NONE);
        given.put("add_generation_prompt", false);
        Budget budget = new Budget();
        return new Rendering(given, new Functions(budget, today), budget).render(statements);
    }

    /** Fields that hold nothing are as those that are not there, and thoughts have three names. */
    private static Map<String, Object> message(JsonNode message) {
        if (!message.isObject()) {
            throw new TemplateException(
                    "message of a chat is no object: found=" + message.getNodeType());
        }
        Map<String, Object> said = new LinkedHashMap<>();
        message.properties().stream()
                .filter(field -> !field.getValue().isNull())
                .forEach(field -> said.put(field.getKey(), Values.of(field.getValue())));
        return THOUGHTS.stream()
                .map(said::get)
                .filter(Objects::nonNull)
                .findFirst()
                .map(thoughts -> withThoughts(said, thoughts))
                .orElse(said);
    }

    /** Their order shows where a template prints all fields. */
    private static Map<String, Object> withThoughts(Map<String, Object> said, Object thoughts) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("thinking", thoughts);
        all.putAll(said);
        all.put("reasoning_content", thoughts);
        return all;
    }
}
