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
     * @throws TemplateException when it has statements or expressions that are not known here
     */
    public static ChatTemplate of(String template, Map<String, String> tokens) {
        return new ChatTemplate(StatementParser.parse(template), tokens);
    }

    /**
     * Returns the text of a chat.
     *
     * @param messages a list of objects, as a rule with role and content
     * @throws TemplateException when the template does not take them, or does something with them
     *     that is not known here
     */
    public String render(JsonNode messages) {
        Scope scope = new Scope(null);
        tokens.forEach(scope.values::put);
        scope.values.put("messages", Values.of(messages));
        scope.values.put("tools", Values.NONE);
        scope.values.put("documents", Values.NONE);
        scope.values.put("add_generation_prompt", false);
        StringBuilder text = new StringBuilder();
        run(statements, scope, text);
        return text.toString();
    }

    /** What names stand for, in one turn of a loop and around it. */
    private static final class Scope {

        private final Scope outer;
        private final Map<String, Object> values = new HashMap<>();

        Scope(Scope outer) {
            this.outer = outer;
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
        Evaluator evaluator = new Evaluator(scope::get);
        for (Statement statement : statements) {
            switch (statement) {
                case Statement.Text words -> text.append(words.text());
                case Statement.Output output ->
                        text.append(Values.printed(evaluator.value(output.value())));
                case Statement.Set set -> set(set, evaluator, scope);
                case Statement.If branches -> choose(branches, evaluator, scope, text);
                case Statement.For loop -> repeat(loop, evaluator, scope, text);
            }
        }
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
            Scope turn = new Scope(scope);
            turn.values.put(loop.variable(), values.get(i));
            turn.values.put("loop", new Loop(values, i));
            run(loop.body(), turn, text);
        }
    }
}
