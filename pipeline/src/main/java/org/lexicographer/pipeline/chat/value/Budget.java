package org.lexicographer.pipeline.chat;

import org.lexicographer.pipeline.source.Interruption;

/**
 * What one rendering may take. A template is a program that comes with a model's files: without a
 * limit a few lines of it fill the memory, or never end.
 */
final class Budget {

    /** Statements, turns of loops, values and comparisons: a long chat takes some thousand. */
    static final long MOST_STEPS = 10_000_000;

    /** Characters that are written or put together: more than a document has. */
    static final long MOST_CHARACTERS = 64L << 20;

    /** Elements of lists that are made: one that grows to a thousand one by one takes 500,000. */
    static final long MOST_ELEMENTS = 1L << 22;

    /** Characters looked at, each as often as it is compared to another: some seconds. */
    static final long MOST_LOOKS = 1L << 33;

    /** Lists within lists that are compared, which takes the stack; JSON has no more. */
    static final int MOST_DEPTH = 1000;

    /** Steps between two looks at whether the thread is to stop: some hundred microseconds. */
    private static final int STEPS_UNCHECKED = 4096;

    private long steps;
    private long characters;
    private long elements;
    private long looks;

    /** Takes one step. */
    void step() {
        steps++;
        if (steps % STEPS_UNCHECKED == 0) {
            Interruption.check();
        }
        check("steps", steps, MOST_STEPS);
    }

    /** Makes a text, or writes it; to be told before it is made. */
    void characters(long count) {
        characters += count;
        check("characters", characters, MOST_CHARACTERS);
    }

    /** Makes elements of a list; to be told before they are made. */
    void elements(long count) {
        elements += count;
        check("list elements", elements, MOST_ELEMENTS);
    }

    /** Looks at each character of a text. */
    void look(String text) {
        look(text.length());
    }

    /** Looks for a text, or for the characters of one, at each place of another. */
    void search(String text, String sought) {
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
