package org.lexicographer.pipeline.chat.syntax;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.lexicographer.pipeline.chat.syntax.Expression.Arguments;
import org.lexicographer.pipeline.chat.syntax.Statement.Branch;
import org.lexicographer.pipeline.chat.syntax.Statement.Target;

/**
 * Which names a template sets before it has looked at them. Jinja decides once for a whole template
 * whether a name is the template's own: to loops and macros that come before it is set, such a name
 * stands for nothing, whatever the template was given under it.
 */
public final class FirstUses {

    private final Set<String> looked = new HashSet<>();
    private final Set<String> set = new TreeSet<>();

    private FirstUses() {}

    /** Returns the names that are set, in each case, before they are looked at. */
    public static Set<String> setFirst(List<Statement> template) {
        FirstUses uses = new FirstUses();
        uses.all(template);
        return uses.set;
    }

    private void all(List<Statement> statements) {
        statements.forEach(this::statement);
    }

    /** Bodies of loops and macros are places of their own. */
    private void statement(Statement statement) {
        switch (statement) {
            case Statement.Text _, Statement.Leave _ -> {}
            case Statement.Output output -> look(output.value());
            case Statement.Set given -> {
                look(given.value());
                target(given.target());
            }
            case Statement.SetWritten written -> target(written.target());
            case Statement.Filtered filtered -> look(filtered.value());
            case Statement.Block block -> block.names().forEach(it -> look(it.value()));
            case Statement.Macro macro -> name(macro.name());
            case Statement.For loop -> look(loop.values());
            case Statement.If branches -> branches(branches.branches());
        }
    }

    private void branches(List<Branch> branches) {
        Optional<Set<String>> inAll = Optional.empty();
        for (Branch branch : branches) {
            branch.condition().ifPresent(this::look);
            FirstUses uses = new FirstUses();
            uses.looked.addAll(looked);
            uses.all(branch.body());
            looked.addAll(uses.looked);
            Set<String> others = inAll.orElse(uses.set);
            uses.set.retainAll(others);
            inAll = Optional.of(uses.set);
        }
        boolean isOne = branches.getLast().condition().isEmpty();
        if (isOne) {
            inAll.orElseThrow().forEach(this::name);
        } else {
            looked.addAll(inAll.orElseThrow());
        }
    }

    private void target(Target target) {
        switch (target) {
            case Target.Variable variable -> name(variable.name());
            case Target.Field field -> looked.add(field.namespace());
            case Target.Several several -> several.targets().forEach(this::target);
        }
    }

    private void name(String name) {
        if (!looked.contains(name)) {
            set.add(name);
        }
    }

    private void look(List<Expression> expressions) {
        expressions.forEach(this::look);
    }

    private void look(Arguments arguments) {
        look(arguments.values());
        arguments.named().forEach(it -> look(it.value()));
    }

    private void look(Expression expression) {
        switch (expression) {
            case Expression.Literal _, Expression.None _ -> {}
            case Expression.Name name -> {
                if (!set.contains(name.name())) {
                    looked.add(name.name());
                }
            }
            case Expression.ListOf list -> look(list.elements());
            case Expression.TupleOf tuple -> look(tuple.elements());
            case Expression.MapOf map ->
                    map.entries()
                            .forEach(
                                    entry -> {
                                        look(entry.key());
                                        look(entry.value());
                                    });
            case Expression.Member member -> look(List.of(member.subject(), member.name()));
            case Expression.Slice slice -> {
                look(slice.subject());
                slice.start().ifPresent(this::look);
                slice.stop().ifPresent(this::look);
                slice.step().ifPresent(this::look);
            }
            case Expression.Call call -> {
                look(call.function());
                look(call.arguments());
            }
            case Expression.Filter filter -> {
                look(filter.subject());
                look(filter.arguments());
            }
            case Expression.Test test -> {
                look(test.subject());
                look(test.arguments());
            }
            case Expression.Not not -> look(not.operand());
            case Expression.Negative negative -> look(negative.operand());
            case Expression.Binary binary -> look(List.of(binary.left(), binary.right()));
            case Expression.Comparison comparison -> {
                look(comparison.first());
                comparison.others().forEach(it -> look(it.value()));
            }
            case Expression.Choice choice -> {
                look(List.of(choice.condition(), choice.then()));
                choice.otherwise().ifPresent(this::look);
            }
        }
    }
}
