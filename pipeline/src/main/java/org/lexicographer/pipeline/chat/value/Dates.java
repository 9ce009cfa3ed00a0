package org.lexicographer.pipeline.chat.value;

import java.time.LocalDate;
import java.time.format.TextStyle;
import java.util.Locale;
import org.lexicographer.pipeline.chat.syntax.TemplateException;

/** Python's strftime of a day, in the C locale. */
public final class Dates {

    private Dates() {}

    /**
     * Returns what a format makes of a day.
     *
     * @throws TemplateException for a time of day, and what is not known here
     */
    public static String formatted(String format, LocalDate day) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%') {
                text.append(c);
                continue;
            }
            i++;
            if (i == format.length()) {
                throw TemplateException.notKnown("date format", format);
            }
            text.append(part(format.charAt(i), day, format));
        }
        return text.toString();
    }

    private static String part(char part, LocalDate day, String format) {
        return switch (part) {
            case 'Y' -> Integer.toString(day.getYear());
            case 'y' -> "%02d".formatted(day.getYear() % 100);
            case 'm' -> "%02d".formatted(day.getMonthValue());
            case 'd' -> "%02d".formatted(day.getDayOfMonth());
            case 'j' -> "%03d".formatted(day.getDayOfYear());
            case 'B' -> day.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'b' -> day.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case 'A' -> day.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'a' -> day.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case 'F' -> day.toString();
            case '%' -> "%";
            default -> throw TemplateException.notKnown("date format", format);
        };
    }
}
