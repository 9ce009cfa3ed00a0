package org.lexicographer.allinone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The shell blocks of the README or another page, by the word after {@code sh} on their first line.
 */
final class ReadmeBlocks {

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh (\\w+)\\n(.*?)^```$");

    private final Map<String, String> blocks = new TreeMap<>();

    private ReadmeBlocks() {}

    static ReadmeBlocks of(Path readme) throws IOException {
        ReadmeBlocks blocks = new ReadmeBlocks();
        Matcher matcher = BLOCK.matcher(Files.readString(readme));
        while (matcher.find()) {
            blocks.blocks.put(matcher.group(1), matcher.group(2));
        }
        return blocks;
    }

    /** Returns a block as it stands on the page. */
    String block(String name) {
        if (!blocks.containsKey(name)) {
            throw new IllegalArgumentException(
                    "no such block on the page: found=%s, expected=one of %s"
                            .formatted(name, blocks.keySet()));
        }
        return blocks.get(name);
    }
}
