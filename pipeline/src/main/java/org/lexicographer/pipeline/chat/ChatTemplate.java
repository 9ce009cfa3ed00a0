package org.lexicographer.pipeline.chat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lexicographer.pipeline.chat.Values.Loop;
import org.lexicographer.pipeline.chat.Values.Namespace;

/**
 * A template that makes a text of the messages of a chat, as transformers' {@code
 * apply_chat_template} does without tools, documents and a prompt for the next answer. Safe for use
 * by several threads.
 *
 * <p>Known of Jinja are if, for, set, namespaces, slices, the operators, the filters trim, upper,
 * lower, string and length, tests of types, and methods of texts. A template with another statement
 * is refused when it is read, other functions, filters and methods where they are met: a date of
 * today, for example, would make another text tomorrow.
 *
 * <p>A template is somebody else's program: its size, its depth and what one rendering takes have
 * limits, which are far from what a template takes that makes a document of a chat.
 */
public final class ChatTemplate {

    private static final Set<String> FUNCTIONS =
            Set.of(
                    "cycler",
                    "dict",
                    "joiner",
                    "lipsum",
                    "namespace",
                    "raise_exception",
                    "range",
                    "strftime_now");

    /** Those that models come with have some ten thousand characters. */
    private static final int MOST_CHARACTERS = 1 << 20;

    /** What transformers knows and is not given here. */
    private static final Set<String> NOT_GIVEN =
            Set.of("additional_special_tokens", "extra_special_tokens");

    private final List<Statement> statements;
    private final Map<String, String> tokens;

    private ChatTemplate(List<Statement> statements, Map<String, String> tokens) {
        this.statements = statements;
        this.tokens = Map.copyOf(tokens);
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
        return new ChatTemplate(StatementParser.parse(template), tokens);
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
        Scope scope = new Scope(null, new Budget());
        tokens.forEach(scope.values::put);
        scope.values.put("messages", Values.of(messages));
        scope.values.put("tools", Values.NONE);
        scope.values.put("documents", Values.NONE);
        scope.values.put("add_generation_prompt", false);
        StringBuilder text = new StringBuilder();
        run(statements, scope, text);
        return text.toString();
    }

    /**
     * What names stand for, in one turn of a loop and around it, and what the rendering may take.
     */
    private static final class Scope {

        private final Scope outer;
        private final Budget budget;
        private final Map<String, Object> values = new HashMap<>();

        Scope(Scope outer, Budget budget) {
            this.outer = outer;
            this.budget = budget;
        }

        Object get(String name) {
            for (Scope scope = this; scope != null; scope = scope.outer) {
                Object value = scope.values.get(name);
                if (value != null) {
                    return value;
                }
            }
            if (NOT_GIVEN.contains(name)) {
                throw TemplateException.notKnown("variable", name);
            }
            return FUNCTIONS.contains(name) ? new Values.Function(name) : Values.UNDEFINED;
        }
    }

    private static void run(List<Statement> statements, Scope scope, StringBuilder text) {
        Evaluator evaluator = new Evaluator(scope::get, scope.budget);
        for (Statement statement : statements) {
            scope.budget.step();
            switch (statement) {
                case Statement.Text words -> write(words.text(), scope, text);
                case Statement.Output output ->
                        write(Values.printed(evaluator.value(output.value())), scope, text);
                case Statement.Set set -> set(set, evaluator, scope);
                case Statement.If branches -> choose(branches, evaluator, scope, text);
                case Statement.For loop -> repeat(loop, evaluator, scope, text);
            }
        }
    }

    private static void write(String words, Scope scope, StringBuilder text) {
        scope.budget.characters(words.length());
        text.append(words);
    }

    private static void set(Statement.Set set, Evaluator evaluator, Scope scope) {
        Object value = evaluator.value(set.value());
        if (set.field().isEmpty()) {
            scope.values.put(set.name(), value);
        } else if (scope.get(set.name()) instanceof Namespace namespace) {
            namespace.fields().put(set.field().get(), value);
        } else {
            throw new TemplateException(
                    "chat template sets a field of no namespace: " + set.name());
        }
    }

    /** What is set in a branch is set after it too. */
    private static void choose(
            Statement.If branches, Evaluator evaluator, Scope scope, StringBuilder text) {
        for (Statement.Branch branch : branches.branches()) {
            if (branch.condition().map(evaluator::value).map(Values::isTrue).orElse(true)) {
                run(branch.body(), scope, text);
                return;
            }
        }
    }

    /** What is set in a turn of a loop is gone in the next. */
    private static void repeat(
            Statement.For loop, Evaluator evaluator, Scope scope, StringBuilder text) {
        if (!(evaluator.value(loop.values()) instanceof List<?> list)) {
            throw TemplateException.notKnown("loop", "over what is no list");
        }
        List<Object> values = List.copyOf(list);
        for (int i = 0; i < values.size(); i++) {
            scope.budget.step();
            Scope turn = new Scope(scope, scope.budget);
            turn.values.put(loop.variable(), values.get(i));
            turn.values.put("loop", new Loop(values, i));
            run(loop.body(), turn, text);
        }
    }
}
