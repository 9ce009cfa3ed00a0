package org.lexicographer.pipeline;

/** Quotes what others wrote, however long it is, where a reason names it. */
public final class Quotes {

    private static final int LONGEST = 300;

    private Quotes() {}

    /** Returns the text, or its beginning when it is long; of no text, that there is none. */
    public static String shortened(String text) {
        return shortened(text, LONGEST);
    }

    /** Returns the text, or its beginning when it is longer than that many characters. */
    public static String shortened(String text, int longest) {
        if (text == null) {
            return "(none)";
        }
        if (text.length() <= longest) {
            return text;
        }
        boolean inPair = Character.isHighSurrogate(text.charAt(longest - 1));
        return "%s... (%d characters)"
                .formatted(text.substring(0, inPair ? longest - 1 : longest), text.length());
    }
}
