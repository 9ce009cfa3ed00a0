package org.lexicographer.pipeline.chat.value;

import org.lexicographer.pipeline.chat.syntax.TemplateException;
import org.lexicographer.pipeline.source.Interruption;

/**
 * What one rendering may take. A template is a program that comes with a model's files: without a
 * limit a few lines of it fill the memory, or never end.
 */
public final class Budget {

    /** Statements, turns of loops, values and comparisons: a long chat takes some thousand. */
    public static final long MOST_STEPS = 10_000_000;

    /** Characters that are written or put together: more than a document has. */
    public static final long MOST_CHARACTERS = 64L << 20;

    /** Elements of lists that are made: one that grows to a thousand one by one takes 500,000. */
    public static final long MOST_ELEMENTS = 1L << 22;

    /** Characters looked at, each as often as it is compared to another: some seconds. */
    public static final long MOST_LOOKS = 1L << 33;

    /** Lists within lists that are compared, which takes the stack; JSON has no more. */
    public static final int MOST_DEPTH = 1000;

    /**
     * Statements and expressions within one another, macros that call themselves included: those of
     * models have some fifty, and half of a thread's stack has room for so many.
     */
    public static final int MOST_NESTED = 400;

    /** Steps between two looks at whether the thread is to stop: some hundred microseconds. */
    private static final int STEPS_UNCHECKED = 4096;

    private long steps;
    private long characters;
    private long elements;
    private long looks;
    private int nested;

    /** Takes one step. */
    public void step() {
        steps++;
        if (steps % STEPS_UNCHECKED == 0) {
            Interruption.check();
        }
        check("steps", steps, MOST_STEPS);
    }

    /** Goes into a statement or an expression. */
    public void enter() {
        step();
        check("statements and expressions within one another", ++nested, MOST_NESTED);
    }

    /** Comes out of it. */
    public void leave() {
        nested--;
    }

    /** Makes a text, or writes it; to be told before it is made. */
    public void characters(long count) {
        characters += count;
        check("characters", characters, MOST_CHARACTERS);
    }

    /** Makes elements of a list; to be told before they are made. */
    public void elements(long count) {
        elements += count;
        check("list elements", elements, MOST_ELEMENTS);
    }

    /** Looks at each character of a text. */
    public void look(String text) {
        look(text.length());
    }

    /** Looks for a text, or for the characters of one, at each place of another. */
    public void search(String text, String sought) {
        look((long) text.length() * Math.max(1, sought.length()));
    }

    private void look(long count) {
        looks += count;
        check("characters looked at", looks, MOST_LOOKS);
    }

    private static void check(String what, long found, long most) {
        if (found > most) {
            throw new TemplateException(
                    "chat template takes too much for one chat: most %s=%d".formatted(what, most));
        }
    }
}
