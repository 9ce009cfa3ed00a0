package org.lexicographer.pipeline.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lexicographer.pipeline.chat.TemplateScanner.Piece;

/** Puts pieces of a template together: if, for and set, and what is printed between them. */
final class StatementParser {

    private static final Pattern SET =
            Pattern.compile(
                    "set\\s+([A-Za-z_]\\w*)(?:\\.([A-Za-z_]\\w*))?\\s*=(?!=)(.*)", Pattern.DOTALL);
    private static final Pattern FOR =
            Pattern.compile("for\\s+([A-Za-z_]\\w*)\\s+in\\s(.*)", Pattern.DOTALL);
    private static final Pattern IF = Pattern.compile("(?:el)?if\\b(.*)", Pattern.DOTALL);

    /** Statements within statements: those of models have some five. */
    private static final int MOST_DEPTH = 200;

    private final List<Piece> pieces;
    private int next;
    private int depth;

    private StatementParser(List<Piece> pieces) {
        this.pieces = pieces;
    }

    /** Reads a template. */
    static List<Statement> parse(String template) {
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

    private static boolean dividesOrEnds(Piece piece) {
        return piece.kind() == Piece.Kind.STATEMENT
                && piece.content().matches("(?s)(?:elif\\b.*|else|endif|endfor)");
    }

    private Statement statement(String content) {
        Matcher set = SET.matcher(content);
        if (set.matches()) {
            return new Statement.Set(
                    set.group(1),
                    Optional.ofNullable(set.group(2)),
                    ExpressionParser.parse(set.group(3)));
        }
        Matcher loop = FOR.matcher(content);
        if (loop.matches()) {
            return loop(loop);
        }
        Matcher condition = IF.matcher(content);
        if (condition.matches()) {
            return branches(condition.group(1));
        }
        throw TemplateException.notKnown("statement", content);
    }

    private Statement loop(Matcher loop) {
        Expression values = ExpressionParser.parse(loop.group(2));
        if (values instanceof Expression.Choice) {
            throw TemplateException.notKnown("statement", loop.group());
        }
        List<Statement> body = body();
        expect("endfor");
        return new Statement.For(loop.group(1), values, body);
    }

    private Statement branches(String first) {
        List<Statement.Branch> branches = new ArrayList<>();
        Optional<Expression> condition = Optional.of(ExpressionParser.parse(first));
        while (true) {
            branches.add(new Statement.Branch(condition, body()));
            String content = next < pieces.size() ? pieces.get(next).content() : "";
            Matcher more = IF.matcher(content);
            if (condition.isEmpty() || content.equals("endif")) {
                expect("endif");
                return new Statement.If(branches);
            }
            if (more.matches()) {
                condition = Optional.of(ExpressionParser.parse(more.group(1)));
                next++;
            } else {
                expect("else");
                condition = Optional.empty();
            }
        }
    }

    private void expect(String statement) {
        if (next >= pieces.size() || !pieces.get(next).content().equals(statement)) {
            throw new TemplateException("chat template not closed: expected=" + statement);
        }
        next++;
    }
}
