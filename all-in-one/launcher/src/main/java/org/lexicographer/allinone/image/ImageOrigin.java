package org.lexicographer.allinone.image;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where an image comes from.
 *
 * @param revision the commit, with {@code -dirty} where files have changed since; empty outside of
 *     a repository
 * @param created the image's time: not when it was built, so that a second build says the same
 * @param source the address of the repository that the checkout was cloned from, if it is one of
 *     the web; without a user's name and password
 */
record ImageOrigin(Optional<String> revision, Optional<Instant> created, Optional<String> source) {

    /** What reproducible builds take for now, seconds (reproducible-builds.org). */
    static final String SOURCE_DATE_EPOCH = "SOURCE_DATE_EPOCH";

    private static final Pattern WEB = Pattern.compile("(https?://)(?:[^/@]*@)?(.+)");

    ImageOrigin {
        requireNonNull(revision, "revision is null");
        requireNonNull(created, "created is null");
        requireNonNull(source, "source is null");
    }

    /**
     * Asks the repository of a checkout.
     *
     * @param environment whose {@code SOURCE_DATE_EPOCH} comes before the time of the commit
     * @throws IllegalArgumentException when that is no number of seconds
     */
    static ImageOrigin of(Path home, Map<String, String> environment) {
        Optional<String> time =
                Optional.ofNullable(environment.get(SOURCE_DATE_EPOCH))
                        .or(() -> git(home, "log", "-1", "--format=%ct"));
        return new ImageOrigin(
                git(home, "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"),
                time.map(ImageOrigin::instant),
                git(home, "remote", "get-url", "origin").flatMap(ImageOrigin::address));
    }

    private static Optional<String> address(String remote) {
        Matcher web = WEB.matcher(remote);
        return web.matches() ? Optional.of(web.group(1) + web.group(2)) : Optional.empty();
    }

    private static Instant instant(String seconds) {
        try {
            return Instant.ofEpochSecond(Long.parseLong(seconds));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "no time: %s=%s, expected=seconds since 1970"
                            .formatted(SOURCE_DATE_EPOCH, seconds),
                    e);
        }
    }

    /** What git prints; empty where there is none, or no repository. */
    private static Optional<String> git(Path home, String... arguments) {
        List<String> command = new ArrayList<>(List.of("git", "-C", home.toString()));
        command.addAll(List.of(arguments));
        try {
            Process git =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String printed =
                    new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.onExit().join().exitValue() == 0 && !printed.isEmpty()
                    ? Optional.of(printed)
                    : Optional.empty();
        } catch (IOException noGit) {
            return Optional.empty();
        }
    }
}
