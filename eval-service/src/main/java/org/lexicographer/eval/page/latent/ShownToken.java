package org.lexicographer.eval.page.latent;

/**
 * A token as a page shows it.
 *
 * @param text the token as it is read; what cannot be seen has a sign that can
 * @param heat how strong something is on it, from 0 (not at all) to {@value #MOST_HEAT}
 * @param breaks whether the line ends after it
 */
public record ShownToken(String text, int heat, boolean breaks) {

    /** The degrees that strengths are shown in. */
    public static final int MOST_HEAT = 10;

    private static final int FIRST_CONTROL_PICTURE = 0x2400;
    private static final int CONTROLS = 0x20;
    private static final int DELETE = 0x7f;

    /**
     * Shows a token.
     *
     * @param value how strong something is on it
     * @param most the value that is shown as the strongest
     */
    public static ShownToken of(String token, double value, double most) {
        return new ShownToken(visible(token), heat(value, most), token.endsWith("\n"));
    }

    /** Returns the degree of a value: 0 for nothing, at least 1 for the smallest something. */
    static int heat(double value, double most) {
        if (!(value > 0) || !(most > 0)) {
            return 0;
        }
        return (int) Math.clamp(Math.ceil(MOST_HEAT * value / most), 1, MOST_HEAT);
    }

    /** Puts signs in place of what cannot be seen; a token of nothing is shown as such. */
    static String visible(String token) {
        if (token.isEmpty()) {
            return "\u2205";
        }
        if (isPlain(token)) {
            return token;
        }
        StringBuilder shown = new StringBuilder(token.length());
        int point;
        for (int at = 0; at < token.length(); at += Character.charCount(point)) {
            point = token.codePointAt(at);
            shown.appendCodePoint(sign(point));
        }
        return shown.toString();
    }

    /** Nearly all tokens are; each is shown twice. */
    private static boolean isPlain(String token) {
        for (int at = 0; at < token.length(); at++) {
            if (token.charAt(at) < CONTROLS || token.charAt(at) >= DELETE) {
                return false;
            }
        }
        return true;
    }

    private static int sign(int point) {
        if (point == '\n') {
            return '\u21b5';
        }
        if (point < CONTROLS) {
            return FIRST_CONTROL_PICTURE + point;
        }
        return point == DELETE ? '\u2421' : isUnseen(point) ? '\ufffd' : point;
    }

    /** Characters that turn the direction of what follows would turn the whole page. */
    private static boolean isUnseen(int point) {
        return Character.getType(point) == Character.CONTROL
                || Character.getType(point) == Character.SURROGATE
                || Character.getType(point) == Character.FORMAT && point != '\u200d';
    }
}
