package org.lexicographer.pipeline.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.chat.syntax.TemplateException;

class ChatTemplateTest {

    private static final String HELLO = "[{\"role\": \"user\", \"content\": \"Hello\"}]";

    private static JsonNode file() throws IOException {
        try (InputStream in = ChatTemplateTest.class.getResourceAsStream("/chat/cases.json")) {
            return Json.tree(in.readAllBytes());
        }
    }

    static Stream<JsonNode> cases() throws IOException {
        return file().path("cases").valueStream();
    }

    private static JsonNode json(String text) {
        // Json.tree reads objects and lists alike.
        return Json.tree(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String render(String template, String messages) {
        return ChatTemplate.of(template, Map.of("bos_token", "<s>")).render(json(messages));
    }

    /** transformers made the cases, by src/test/python/make_chat_cases.py; it refuses some. */
    @ParameterizedTest
    @MethodSource("cases")
    void textIsThatOfTransformers(JsonNode given) throws IOException {
        Map<String, String> tokens = new HashMap<>();
        file().path("tokens")
                .properties()
                .forEach(it -> tokens.put(it.getKey(), it.getValue().asText()));
        ChatTemplate template = ChatTemplate.of(given.path("template").asText(), tokens);

        if (given.has("expected") && !given.path("refusedHere").asBoolean()) {
            assertThat(template.render(given.path("messages")))
                    .isEqualTo(given.path("expected").asText());
        } else {
            assertThatThrownBy(() -> template.render(given.path("messages")))
                    .isInstanceOf(TemplateException.class);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{% include 'a' %}~statement=include 'a'",
                "{% import 'a' as b %}~statement=import 'a' as b",
                "{% block a %}{% endblock %}~statement=block a",
                "{% raw %}{% endraw %}~statement=raw",
                "{% call a() %}{% endcall %}~statement=call a()",
                "{% do a %}~statement=do a",
                "{% for m in messages recursive %}{% endfor %}~expression=m in messages recursive",
                "{% macro a(*b) %}{% endmacro %}~expression=a(*b)",
                "{% break %}~leaves a loop where none is: break",
                "{% for m in [1] %}{% macro a() %}{% continue %}{% endmacro %}{% endfor %}~leaves a loop",
                "{{ a(*b) }}~expression=a(*b)",
                "{{ a is string if b }}~expression=a is string if b",
                "{{ 'a' 1 }}~expression='a' 1",
                "{{ 01 }}~expression=01",
                "{{ '\\N{BULLET}' }}~text='\\N{BULLET}'",
                "{{ '\\ud800' }}~text='\\ud800'",
                "{% if a %}~not closed: expected=else",
                "{% set a %}~not closed: expected=endset",
                "{{ a~not closed: expected=}}",
                "{% endfor %}~statement=endfor"
            })
    void templateThatIsNotKnownIsRefusedWhenItIsRead(String template, String reason) {
        assertThatThrownBy(() -> ChatTemplate.of(template, Map.of()))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{{ strftime_now('%d') }}~asks for today's date: expected=documents.date",
                "{{ joiner(',') }}~function=joiner",
                "{{ messages | pprint }}~filter=pprint",
                "{{ 'a' | indent(deep=true) }}~argument=indent(deep=...)",
                "{{ 'a' | trim('b', 'c') }}~arguments=trim(...), 2",
                "{{ messages | tojson(indent=1000) }}~argument=tojson(indent=1000)",
                "{{ missing | tojson }}~filter tojson=of undefined",
                "{{ '{}'.format(1) }}~method of a text=format(...)",
                "{{ messages.append(1) }}~method of a list=append(...)",
                "{{ messages[0].pop('role') }}~method of a map=pop(...)",
                "{{ messages[0].values }}~method=values",
                "{{ messages[0].__class__ }}~method=__class__",
                "{{ 'a'.__class__ }}~member of a text=__class__",
                "{{ messages[0] }}~value that is printed=a map",
                "{{ 'abc'.title }}~member of a text=title",
                "{{ 5[1:] }}~slice=of a number",
                "{{ messages[::0] }}~step of a slice=0",
                "{{ missing.role }}~member of undefined=role",
                "{{ 'a' + none }}~cannot add: left=a text, right=none",
                "{{ 'a' + 1 }}~cannot add: left=a text, right=a number",
                "{{ ('a' | safe) + 'b' }}~cannot add: left=a marked text, right=a text",
                "{{ 1 % 0 }}~divides by zero",
                "{{ 1 / 0 }}~divides by zero",
                "{{ 'a' < 1 }}~number=a text",
                "{{ '%s' % 'a' }}~number=a text",
                "{{ 2 ** 3 }}~operator=**",
                "{{ 999999999999 * 999999999999 }}~too large a number",
                "{{ -999999999999999 * 999999999999999 }}~too large a number",
                "{{ messages[[messages]] }}~member of a list=a list",
                "{{ messages[0].get(messages) }}~method of a map=get",
                "{{ messages is filter }}~test=filter",
                "{{ (messages | map('upper')) | length }}~length=of a list that is there once",
                "{{ range(999999) }}~range=0, 999999, 1",
                "{{ {none: 1} }}~key of a map=none",
                "{% for c in none %}{% endfor %}~loop=over what is no list, none",
                "{% for a, b in [[1]] %}{% endfor %}~sets 2 names: found=1 values",
                "{% for m in messages %}{{ loop.depth }}{% endfor %}~field=loop.depth",
                "{% macro a(b) %}{% endmacro %}{{ a(1, 2) }}~arguments=a(...), 2",
                "{% macro a(b) %}{% endmacro %}{{ a(c=1) }}~argument=a(c=...)",
                "{% macro a() %}{{ varargs }}{% endmacro %}{{ a() }}~value that is printed=notgiven",
                "{{ b() }}~call=b",
                "{% set messages.a = 1 %}~sets a field of no namespace: messages",
                "{% set n = namespace(_a=1) %}~field of a namespace=_a",
                "{{ raise_exception('No ' + messages[0].role) }}~refuses the messages: No user"
            })
    void whatIsNotKnownIsRefusedWhereItIsMet(String template, String reason) {
        assertThatThrownBy(() -> render(template, HELLO))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining(reason);
    }

    static Stream<Arguments> templatesThatTakeTooMuch() {
        String four =
                "{% set m = 'a,a,a,a,a,a,a,a,a,a'.split(',') %}" + "{% for i in m %}".repeat(4);
        String ends = "{% endfor %}".repeat(4);
        return Stream.of(
                Arguments.of(
                        "{% set a = 'aaaaaaaa' %}" + "{% set a = a + a %}".repeat(30),
                        "most characters"),
                Arguments.of(
                        "{% set a = [1] %}" + "{% set a = a + a %}".repeat(30),
                        "most list elements"),
                Arguments.of(four + "{% for i in m %}".repeat(4) + ends + ends, "most steps"),
                Arguments.of(
                        "{% set a = [1] %}" + "{% set a = [a, a] %}".repeat(40) + "{{ a == a }}",
                        "most steps"),
                Arguments.of(
                        "{% set a = 'aa' %}"
                                + "{% set a = a + a %}".repeat(17)
                                + "{{ a in a + a }}",
                        "most characters looked at"),
                Arguments.of(
                        "{% set n = namespace(a=[]) %}"
                                + four
                                + "{% set n.a = [n.a] %}"
                                + ends
                                + "{{ n.a == n.a }}",
                        "too deep"),
                Arguments.of(
                        "{% set n = namespace(a=[]) %}"
                                + four
                                + "{% set n.a = [n.a] %}"
                                + ends
                                + "{{ n.a | tojson }}",
                        "too deep"),
                Arguments.of(
                        "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
                        "most statements and expressions within one another"),
                Arguments.of("{{ 'a' * 999999999999 }}", "most characters"),
                Arguments.of("{{ 'a' | indent(999999999999) }}", "most characters"),
                Arguments.of(
                        "{% set a = 'a' * 99999 %}{% for i in range(99999) %}"
                                + "{{ a | replace('a', a) }}{% endfor %}",
                        "most characters"),
                Arguments.of(
                        "{% for i in range(99999) %}{{ range(99999) | sort | first }}{% endfor %}",
                        "most list elements"));
    }

    @ParameterizedTest
    @MethodSource("templatesThatTakeTooMuch")
    void templateThatTakesTooMuchIsRefused(String template, String reason) {
        assertThatThrownBy(() -> render(template, HELLO))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void renderingEndsWhenTheThreadIsInterrupted() {
        String loops = "{% for m in messages[0].content.split('-') %}";
        String hyphens = HELLO.replace("Hello", "-".repeat(999));
        String template = loops.repeat(2) + "{% endfor %}".repeat(2);

        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> render(template, hyphens))
                    .isInstanceOf(CancellationException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    static Stream<String> templatesThatAreTooDeep() {
        int some = 500;
        int many = 50_000;
        return Stream.of(
                "{{ " + "(".repeat(some) + "1" + ")".repeat(some) + " }}",
                "{{ " + "not ".repeat(some) + "1 }}",
                "{{ 1" + " + 1".repeat(many) + " }}",
                "{{ messages" + "[0]".repeat(many) + " }}",
                "{% if a %}".repeat(some) + "{% endif %}".repeat(some));
    }

    @ParameterizedTest
    @MethodSource("templatesThatAreTooDeep")
    void templateThatIsTooDeepIsRefusedWhenItIsRead(String template) {
        assertThatThrownBy(() -> ChatTemplate.of(template, Map.of()))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("too deep");
    }

    @Test
    void templateThatIsTooLargeIsRefusedWhenItIsRead() {
        String template = "a".repeat((1 << 20) + 1);

        assertThatThrownBy(() -> ChatTemplate.of(template, Map.of()))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("too large");
    }

    @Test
    void literalMayBeLong() {
        String escapes = "\\n".repeat(50_000);
        String text = "a".repeat(50_000);
        String template = "{{ '%s%s' }}{{ \"%s%s\" }}".formatted(text, escapes, escapes, text);

        assertThat(render(template, HELLO)).isEqualTo(text + "\n".repeat(100_000) + text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "2026-11-27~2026-11-27|27 Nov 2026|November 27, 2026|Friday Fri 331 26 2026-11-27 %",
                "2024-05-03~2024-05-03|03 May 2024|May 03, 2024|Friday Fri 124 24 2024-05-03 %"
            })
    void aDayThatIsGivenIsToday(LocalDate day, String expected) {
        String formats = "%Y-%m-%d|%d %b %Y|%B %d, %Y|%A %a %j %y %F %%";
        ChatTemplate template =
                ChatTemplate.of("{{ strftime_now('" + formats + "') }}", Map.of()).on(day);

        assertThat(template.render(json(HELLO))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{}", "[1]", "[[]]"})
    void whatIsNoChatIsRefused(String messages) {
        assertThatThrownBy(() -> render("a", messages))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("chat");
    }

    /** Templates within the limits of depth fit the stack that a thread has by default. */
    @Test
    void whatIsAsDeepAsMayBeFitsTheStack() throws InterruptedException {
        String deep =
                "{% macro a(n) %}{{ n + 1 + (2 * (1 + (a(n) | trim))) }}{% endmacro %}{{ a(1) }}";
        List<Throwable> thrown = new ArrayList<>();
        Thread thread =
                new Thread(
                        null,
                        () -> {
                            try {
                                render(deep, HELLO);
                            } catch (TemplateException | StackOverflowError e) {
                                thrown.add(e);
                            }
                        },
                        "small",
                        512 * 1024);
        thread.start();
        thread.join();

        assertThat(thrown).singleElement().isInstanceOf(TemplateException.class);
    }

    @Test
    void boundThatIsNoneIsAsOneThatIsNotWritten() {
        assertThat(
                        render(
                                "{% set a = 'a,b,c'.split(',') %}"
                                        + "{% for i in a[:none:-1] %}{{ i }}{% endfor %}"
                                        + "{% for i in a[none:-1:none] %}{{ i }}{% endfor %}",
                                HELLO))
                .isEqualTo("cbaab");
    }

    @Test
    void whatIsNotKnownIsNoMatterWhereItIsNotMet() {
        assertThat(
                        render(
                                "{% if tools %}{{ tools | tojson(indent=4) }}{% endif %}"
                                        + "{{ strftime_now is defined }}{{ messages[0].content }}",
                                HELLO))
                .isEqualTo("TrueHello");
    }

    @Test
    void whatIsSetInATurnIsGoneInTheNextUnlessANamespaceHoldsIt() {
        String two = "[{\"role\": \"a\"}, {\"role\": \"b\"}]";

        assertThat(
                        render(
                                "{% set x = 0 %}{% set ns = namespace(x=0) %}"
                                        + "{% for m in messages %}{{ x }}{% set x = x + 1 %}"
                                        + "{% set ns.x = ns.x + 1 %}{{ x }}{% endfor %}{{ x }}{{ ns.x }}",
                                two))
                .isEqualTo("010102");
    }
}
