package org.lexicographer.pipeline.chat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lexicographer.pipeline.chat.syntax.FirstUses;
import org.lexicographer.pipeline.chat.syntax.Statement;
import org.lexicographer.pipeline.chat.syntax.Statement.Parameter;
import org.lexicographer.pipeline.chat.syntax.Statement.Target;
import org.lexicographer.pipeline.chat.syntax.TemplateException;
import org.lexicographer.pipeline.chat.value.Budget;
import org.lexicographer.pipeline.chat.value.Given;
import org.lexicographer.pipeline.chat.value.Values;
import org.lexicographer.pipeline.chat.value.Values.Callable;
import org.lexicographer.pipeline.chat.value.Values.Loop;
import org.lexicographer.pipeline.chat.value.Values.Namespace;

/** Does the statements of a template once. */
final class Rendering {

    private final Budget budget;
    private final Map<String, Object> global;

    /**
     * Creates a rendering.
     *
     * @param given what names stand for that the template does not set
     * @param functions what it may call
     */
    Rendering(Map<String, Object> given, Functions functions, Budget budget) {
        this.budget = budget;
        this.global = new HashMap<>(functions.all());
        global.putAll(given);
    }

    /** Returns what the statements write. */
    String render(List<Statement> statements) {
        StringBuilder text = new StringBuilder();
        Scope scope = new Scope(null);
        FirstUses.setFirst(statements).forEach(it -> scope.values.put(it, Values.UNDEFINED));
        run(statements, scope, text);
        return text.toString();
    }

    /** What names stand for, in one turn of a loop, in a body of its own, and around it. */
    private final class Scope {

        private final Scope outer;
        private final Map<String, Object> values = new HashMap<>();
        private final Evaluator evaluator = new Evaluator(this::get, budget);

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
            return global.getOrDefault(name, Values.UNDEFINED);
        }
    }

    /** What comes after a statement. */
    private enum Next {
        STATEMENT,
        TURN,
        END_OF_LOOP
    }

    private Next run(List<Statement> statements, Scope scope, StringBuilder text) {
        budget.enter();
        Next next = Next.STATEMENT;
        for (int i = 0; i < statements.size() && next == Next.STATEMENT; i++) {
            budget.step();
            next = run(statements.get(i), scope, text);
        }
        budget.leave();
        return next;
    }

    private Next run(Statement statement, Scope scope, StringBuilder text) {
        switch (statement) {
            case Statement.Text words -> write(words.text(), text);
            case Statement.Output output ->
                    write(Values.printed(scope.evaluator.value(output.value())), text);
            case Statement.Set set -> set(set.target(), scope.evaluator.value(set.value()), scope);
            case Statement.SetWritten set -> {
                Scope inner = written(set.body(), scope);
                set(set.target(), inner.evaluator.value(set.value()), scope);
            }
            case Statement.Filtered filtered -> {
                Scope inner = written(filtered.body(), scope);
                write(Values.printed(inner.evaluator.value(filtered.value())), text);
            }
            case Statement.Macro macro -> scope.values.put(macro.name(), new Macro(macro, scope));
            case Statement.If branches -> {
                return choose(branches, scope, text);
            }
            case Statement.For loop -> repeat(loop, scope, text);
            case Statement.Block block -> {
                Scope inner = new Scope(scope);
                block.names()
                        .forEach(it -> set(it.target(), scope.evaluator.value(it.value()), inner));
                return run(block.body(), inner, text);
            }
            case Statement.Leave leave -> {
                return leave.loop() ? Next.END_OF_LOOP : Next.TURN;
            }
        }
        return Next.STATEMENT;
    }

    private void write(String words, StringBuilder text) {
        budget.characters(words.length());
        text.append(words);
    }

    /** Returns a scope in which what a body writes has a name. */
    private Scope written(List<Statement> body, Scope scope) {
        Scope inner = new Scope(scope);
        StringBuilder text = new StringBuilder();
        if (run(body, inner, text) != Next.STATEMENT) {
            throw TemplateException.notKnown("statement", "that leaves a loop from what is set");
        }
        Scope outcome = new Scope(scope);
        outcome.values.put(Statement.WRITTEN, text.toString());
        return outcome;
    }

    private void set(Target target, Object value, Scope scope) {
        switch (target) {
            case Target.Variable variable -> scope.values.put(variable.name(), value);
            case Target.Field field -> {
                if (!(scope.get(field.namespace()) instanceof Namespace namespace)) {
                    throw new TemplateException(
                            "chat template sets a field of no namespace: " + field.namespace());
                }
                Functions.checkField(field.name());
                namespace.fields().put(field.name(), value);
            }
            case Target.Several several -> {
                List<?> values = Values.elements(value, budget);
                if (values.size() != several.targets().size()) {
                    throw new TemplateException(
                            "chat template sets %d names: found=%d values"
                                    .formatted(several.targets().size(), values.size()));
                }
                for (int i = 0; i < values.size(); i++) {
                    set(several.targets().get(i), values.get(i), scope);
                }
            }
        }
    }

    /** What is set in a branch is set after it too. */
    private Next choose(Statement.If branches, Scope scope, StringBuilder text) {
        for (Statement.Branch branch : branches.branches()) {
            boolean holds =
                    branch.condition().isEmpty()
                            || Values.isTrue(scope.evaluator.value(branch.condition().get()));
            if (holds) {
                return run(branch.body(), scope, text);
            }
        }
        return Next.STATEMENT;
    }

    /**
     * What is set in a turn of a loop is gone in the next. As in Jinja, a loop of which no turn was
     * done to its end is one without turns.
     */
    private void repeat(Statement.For loop, Scope scope, StringBuilder text) {
        List<Object> values = loopValues(loop, scope);
        boolean isDone = false;
        Next next = Next.STATEMENT;
        for (int i = 0; i < values.size() && next != Next.END_OF_LOOP; i++) {
            budget.step();
            Scope turn = new Scope(scope);
            turn.values.put("loop", new Loop(values, i));
            set(loop.target(), values.get(i), turn);
            next = run(loop.body(), turn, text);
            isDone |= next == Next.STATEMENT;
        }
        if (!isDone) {
            run(loop.otherwise(), new Scope(scope), text);
        }
    }

    private List<Object> loopValues(Statement.For loop, Scope scope) {
        List<Object> values = new ArrayList<>();
        for (Object value : Values.elements(scope.evaluator.value(loop.values()), budget)) {
            budget.step();
            Scope turn = new Scope(scope);
            if (loop.condition().isPresent()) {
                set(loop.target(), value, turn);
                if (!Values.isTrue(turn.evaluator.value(loop.condition().get()))) {
                    continue;
                }
            }
            values.add(value);
        }
        return List.copyOf(values);
    }

    /** A body that writes a text when it is called, with what names stand for where it is. */
    private final class Macro implements Callable {

        /** What Jinja gives a body that asks for it. */
        private static final Set<String> NOT_GIVEN = Set.of("caller", "kwargs", "varargs");

        private final Statement.Macro macro;
        private final Scope scope;

        Macro(Statement.Macro macro, Scope scope) {
            this.macro = macro;
            this.scope = scope;
        }

        @Override
        public Object call(Given given) {
            String[] names =
                    macro.parameters().stream().map(Parameter::name).toArray(String[]::new);
            Object[] bound = given.bind(macro.name(), names);
            Scope inner = new Scope(scope);
            NOT_GIVEN.forEach(name -> inner.values.put(name, new NotGiven()));
            for (int i = 0; i < bound.length; i++) {
                Parameter parameter = macro.parameters().get(i);
                Object value = bound[i];
                if (value == null) {
                    value =
                            parameter.otherwise().isPresent()
                                    ? inner.evaluator.value(parameter.otherwise().get())
                                    : Values.UNDEFINED;
                }
                inner.values.put(parameter.name(), value);
            }
            StringBuilder text = new StringBuilder();
            run(macro.body(), inner, text);
            return text.toString();
        }
    }

    /** Stands for what macros are given in Jinja and not here: whatever uses it is refused. */
    private record NotGiven() {}
}
