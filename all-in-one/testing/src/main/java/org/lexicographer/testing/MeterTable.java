package org.lexicographer.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The meters of {@code docs/metrics.md}, and those of a registry, as rows of the same table: what
 * Prometheus reads of a service must be what the page promises.
 */
public final class MeterTable {

    private static final String PREFIX = "lexicographer_";
    private static final Pattern LINE =
            Pattern.compile("\\| `(\\w+)` \\| (\\w+) \\|([^|]*)\\| ([^|]*) \\| ([^|]*) \\|");
    private static final Pattern HELP = Pattern.compile("# HELP (" + PREFIX + "\\w+) (.*)");
    private static final Pattern TYPE = Pattern.compile("# TYPE (\\w+) (\\w+)");
    private static final Pattern LABELS = Pattern.compile("(\\w+?)(_sum|_count)?\\{(.*)} .*");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

    private MeterTable() {}

    /**
     * Returns the rows of the page that are about a service, in the order of their names.
     *
     * @param page the page
     * @param service as in {@code trainer-service}
     */
    public static List<String> documented(Path page, String service) {
        TreeSet<String> rows = new TreeSet<>();
        for (String line : lines(page)) {
            Matcher row = LINE.matcher(line);
            if (row.matches() && (row.group(4).contains(service) || row.group(4).equals("all"))) {
                rows.add(row(row.group(1), row.group(2), row.group(3), row.group(5)));
            }
        }
        return List.copyOf(rows);
    }

    /** Returns the names of all meters of the page. */
    public static TreeSet<String> names(Path page) {
        TreeSet<String> names = new TreeSet<>();
        for (String line : lines(page)) {
            Matcher row = LINE.matcher(line);
            if (row.matches()) {
                names.add(row.group(1));
            }
        }
        return names;
    }

    /** Returns our own meters in what Prometheus reads, as rows of the page, in the same order. */
    public static List<String> scraped(String exposition) {
        Map<String, String> help = new TreeMap<>();
        Map<String, String> type = new TreeMap<>();
        Map<String, TreeSet<String>> labels = new TreeMap<>();
        for (String line : exposition.split("\n")) {
            Matcher helps = HELP.matcher(line);
            Matcher types = TYPE.matcher(line);
            Matcher labelled = LABELS.matcher(line);
            if (helps.matches()) {
                help.put(helps.group(1), helps.group(2));
            } else if (types.matches()) {
                type.put(types.group(1), types.group(2));
            } else if (labelled.matches()) {
                TreeSet<String> found =
                        labels.computeIfAbsent(labelled.group(1), name -> new TreeSet<>());
                LABEL.matcher(labelled.group(3))
                        .results()
                        .forEach(label -> found.add(label.group(1)));
            }
        }
        TreeSet<String> rows = new TreeSet<>();
        help.forEach(
                (name, meaning) -> {
                    boolean maximum = type.containsKey(name.replaceAll("_max$", ""));
                    if (!name.endsWith("_max") || !maximum) {
                        String of = String.join(", ", labels.getOrDefault(name, new TreeSet<>()));
                        rows.add(row(name, type.get(name), of, meaning));
                    }
                });
        return List.copyOf(rows);
    }

    private static String row(String name, String type, String labels, String meaning) {
        return "| `%s` | %s | %s | %s |"
                .formatted(name, type, labels.replace("`", "").strip(), meaning.strip());
    }

    private static Iterable<String> lines(Path page) {
        try {
            return Files.readAllLines(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
