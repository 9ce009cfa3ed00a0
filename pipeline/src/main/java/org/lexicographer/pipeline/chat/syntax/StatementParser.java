package org.lexicographer.pipeline.chat.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lexicographer.pipeline.chat.syntax.Statement.Branch;
import org.lexicographer.pipeline.chat.syntax.Statement.Parameter;
import org.lexicographer.pipeline.chat.syntax.Statement.Target;
import org.lexicographer.pipeline.chat.syntax.TemplateScanner.Piece;

/** Puts pieces of a template together: statements, and what is printed between them. */
public final class StatementParser {

    private static final Set<String> DIVIDE_OR_END =
            Set.of(
                    "elif",
                    "else",
                    "endif",
                    "endfor",
                    "endset",
                    "endfilter",
                    "endmacro",
                    "endwith",
                    "endgeneration");

    /** Statements within statements: those of models have some five. */
    private static final int MOST_DEPTH = 200;

    private final List<Piece> pieces;
    private int next;
    private int depth;
    private int loops;

    private StatementParser(List<Piece> pieces) {
        this.pieces = pieces;
    }

    /**
     * Reads a template.
     *
     * @throws TemplateException when it has statements or expressions that are not known here, or
     *     is too deep
     */
    public static List<Statement> parse(String template) {
        StatementParser parser = new StatementParser(TemplateScanner.scan(template));
        List<Statement> statements = parser.body();
        if (parser.next < parser.pieces.size()) {
            throw TemplateException.notKnown("statement", parser.pieces.get(parser.next).content());
        }
        return statements;
    }

    /** Reads until a statement that ends or divides what is around. */
    private List<Statement> body() {
        TemplateException.checkDepth("statements", ++depth, MOST_DEPTH);
        List<Statement> statements = new ArrayList<>();
        while (next < pieces.size() && !dividesOrEnds(pieces.get(next))) {
            Piece piece = pieces.get(next++);
            statements.add(
                    switch (piece.kind()) {
                        case TEXT -> new Statement.Text(piece.content());
                        case OUTPUT ->
                                new Statement.Output(ExpressionParser.parse(piece.content()));
                        case STATEMENT -> statement(piece.content());
                    });
        }
        depth--;
        return statements;
    }

    private List<Statement> body(String end) {
        List<Statement> body = body();
        expect(end);
        return body;
    }

    private static boolean dividesOrEnds(Piece piece) {
        return piece.kind() == Piece.Kind.STATEMENT
                && DIVIDE_OR_END.contains(keyword(piece.content()));
    }

    private static String keyword(String content) {
        int end = 0;
        while (end < content.length() && Character.isJavaIdentifierPart(content.charAt(end))) {
            end++;
        }
        return content.substring(0, end);
    }

    private Statement statement(String content) {
        String keyword = keyword(content);
        Clause clause = new Clause(content.substring(keyword.length()));
        Statement statement =
                switch (keyword) {
                    case "set" -> set(clause);
                    case "if" -> branches(clause);
                    case "for" -> loop(clause);
                    case "macro" -> macro(clause);
                    case "filter" -> filtered(clause);
                    case "with" -> with(clause);
                    case "generation" -> block(clause, List.of(), "endgeneration");
                    case "break", "continue" -> leave(keyword, clause);
                    default -> throw TemplateException.notKnown("statement", content);
                };
        return statement;
    }

    private Statement set(Clause clause) {
        Target target = clause.target();
        if (clause.tokens().takes("=")) {
            Expression value = clause.expressions().values();
            clause.tokens().end();
            return new Statement.Set(target, value);
        }
        Expression value = clause.expressions().filters(new Expression.Name(Statement.WRITTEN));
        clause.tokens().end();
        return new Statement.SetWritten(target, value, body("endset"));
    }

    private Statement filtered(Clause clause) {
        ExpressionParser expressions = clause.expressions();
        Expression first = expressions.filter(new Expression.Name(Statement.WRITTEN));
        Expression value = expressions.filters(first);
        clause.tokens().end();
        return new Statement.Filtered(value, body("endfilter"));
    }

    private Statement with(Clause clause) {
        List<Statement.Set> names = new ArrayList<>();
        while (!clause.tokens().atEnd()) {
            Target name = new Target.Variable(clause.tokens().name());
            clause.tokens().expect("=");
            names.add(new Statement.Set(name, clause.expressions().choice()));
            if (!clause.tokens().atEnd()) {
                clause.tokens().expect(",");
            }
        }
        return block(clause, names, "endwith");
    }

    private Statement block(Clause clause, List<Statement.Set> names, String end) {
        clause.tokens().end();
        return new Statement.Block(names, body(end));
    }

    private Statement leave(String keyword, Clause clause) {
        clause.tokens().end();
        if (loops == 0) {
            throw new TemplateException("chat template leaves a loop where none is: " + keyword);
        }
        return new Statement.Leave(keyword.equals("break"));
    }

    private Statement macro(Clause clause) {
        String name = clause.tokens().name();
        clause.tokens().expect("(");
        List<Parameter> parameters = new ArrayList<>();
        while (!clause.tokens().takes(")")) {
            String parameter = clause.tokens().name();
            Optional<Expression> otherwise =
                    clause.tokens().takes("=")
                            ? Optional.of(clause.expressions().choice())
                            : Optional.empty();
            parameters.add(new Parameter(parameter, otherwise));
            if (!clause.tokens().sees(")")) {
                clause.tokens().expect(",");
            }
        }
        clause.tokens().end();
        int around = loops;
        loops = 0;
        List<Statement> body = body("endmacro");
        loops = around;
        return new Statement.Macro(name, parameters, body);
    }

    private Statement loop(Clause clause) {
        Target target = clause.target();
        clause.tokens().expect("in");
        Expression values = clause.expressions().loopValues();
        Optional<Expression> condition =
                clause.tokens().takes("if")
                        ? Optional.of(clause.expressions().choice())
                        : Optional.empty();
        clause.tokens().end();
        loops++;
        List<Statement> body = body();
        loops--;
        boolean hasElse = next < pieces.size() && pieces.get(next).content().equals("else");
        next += hasElse ? 1 : 0;
        List<Statement> otherwise = hasElse ? body() : List.of();
        expect("endfor");
        return new Statement.For(target, values, condition, body, otherwise);
    }

    private Statement branches(Clause first) {
        List<Branch> branches = new ArrayList<>();
        Optional<Expression> condition = Optional.of(condition(first));
        while (true) {
            branches.add(new Branch(condition, body()));
            String content = next < pieces.size() ? pieces.get(next).content() : "";
            if (condition.isEmpty() || content.equals("endif")) {
                expect("endif");
                return new Statement.If(branches);
            }
            if (keyword(content).equals("elif")) {
                condition = Optional.of(condition(new Clause(content.substring("elif".length()))));
                next++;
            } else {
                expect("else");
                condition = Optional.empty();
            }
        }
    }

    private static Expression condition(Clause clause) {
        Expression condition = clause.expressions().or();
        clause.tokens().end();
        return condition;
    }

    private void expect(String statement) {
        if (next >= pieces.size() || !pieces.get(next).content().equals(statement)) {
            throw new TemplateException("chat template not closed: expected=" + statement);
        }
        next++;
    }

    /** What follows the first word of a statement. */
    private record Clause(Tokens tokens, ExpressionParser expressions) {

        Clause(String source) {
            this(new Tokens(source));
        }

        private Clause(Tokens tokens) {
            this(tokens, new ExpressionParser(tokens));
        }

        Target target() {
            Target first = one();
            if (!tokens.sees(",")) {
                return first;
            }
            List<Target> targets = new ArrayList<>(List.of(first));
            while (tokens.takes(",")) {
                targets.add(one());
            }
            return new Target.Several(targets);
        }

        private Target one() {
            if (tokens.takes("(")) {
                Target inner = target();
                tokens.expect(")");
                return inner;
            }
            String name = tokens.name();
            return tokens.takes(".")
                    ? new Target.Field(name, tokens.name())
                    : new Target.Variable(name);
        }
    }
}
