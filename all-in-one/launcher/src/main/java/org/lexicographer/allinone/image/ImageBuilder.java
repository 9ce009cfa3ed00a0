package org.lexicographer.allinone.image;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.stream.Stream;

/** A program that builds images from Dockerfiles. All return command lines for the checkout. */
enum ImageBuilder {
    /** Needs an engine that runs. */
    DOCKER,
    /** Needs none. */
    PODMAN,
    /** Needs none, and no rights either: it works inside containers and CI jobs. */
    BUILDAH;

    /** Returns the program's name. */
    String program() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the builder of a name.
     *
     * @throws IllegalArgumentException when there is none
     */
    static ImageBuilder named(String program) {
        return Stream.of(values())
                .filter(builder -> builder.program().equals(program))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "no such builder: found=%s, expected=docker, podman or"
                                                        .formatted(program)
                                                + " buildah"));
    }

    /**
     * Returns the first that works here.
     *
     * @throws IllegalStateException when none does, with what each of them said
     */
    static ImageBuilder find(Tool tool, List<ImageBuilder> wanted) {
        StringJoiner said = new StringJoiner("");
        for (ImageBuilder builder : wanted) {
            Tool.Answer answer = tool.ask(builder.probe());
            if (answer.succeeded()) {
                return builder;
            }
            said.add("%n  %s: %s".formatted(builder.program(), lastLine(answer.said())));
        }
        throw new IllegalStateException(
                ("nothing that builds images found, tried:%s%n"
                                + "Install Docker and start its engine, or Podman or Buildah, which"
                                + " need none (Debian: apt-get install buildah; Fedora: dnf install"
                                + " buildah).")
                        .formatted(said));
    }

    private static String lastLine(String said) {
        return said.substring(said.lastIndexOf('\n') + 1);
    }

    /** Returns the command that succeeds where this can build: docker's asks its engine. */
    List<String> probe() {
        return List.of(program(), "version");
    }

    /**
     * Returns an image's name as this writes it: the other two take one without a registry for one
     * of {@code localhost}, which is nobody else's.
     */
    String fullName(ServiceImage image) {
        return this == DOCKER ? image.name() : "docker.io/" + image.name();
    }

    /** Returns the command that builds an image. */
    List<String> build(ImageBuild build) {
        List<String> command = new ArrayList<>(List.of(program(), "build"));
        command.addAll(List.of("--file", build.image().file()));
        command.addAll(List.of("--tag", fullName(build.image())));
        build.arguments().forEach((name, value) -> addPair(command, "--build-arg", name, value));
        build.labels().forEach((name, value) -> addPair(command, "--label", name, value));
        if (this == DOCKER) {
            build.origin()
                    .created()
                    .map(time -> String.valueOf(time.getEpochSecond()))
                    .ifPresent(
                            seconds ->
                                    addPair(
                                            command,
                                            "--build-arg",
                                            ImageOrigin.SOURCE_DATE_EPOCH,
                                            seconds));
        } else {
            // What the four images have in common is built once. It is taken again whatever the
            // time of its files, which is why that is always the same.
            command.addAll(List.of("--layers", "--timestamp", build.image().fileTime()));
        }
        command.add(".");
        return command;
    }

    private static void addPair(List<String> command, String option, String name, String value) {
        command.addAll(List.of(option, name + "=" + value));
    }

    /** Returns the command that writes an image into a file, as {@code docker load} reads it. */
    List<String> save(ServiceImage image, Path file) {
        String name = fullName(image);
        return switch (this) {
            case DOCKER -> List.of("docker", "save", "--output", file.toString(), name);
            case PODMAN ->
                    List.of(
                            "podman",
                            "save",
                            "--format",
                            "docker-archive",
                            "--output",
                            file.toString(),
                            name);
            case BUILDAH -> List.of("buildah", "push", name, "docker-archive:" + file + ":" + name);
        };
    }

    /** Returns the commands that bring an image into a registry under another name. */
    List<List<String>> push(ServiceImage image, String name) {
        return List.of(
                List.of(program(), "tag", fullName(image), name), List.of(program(), "push", name));
    }
}
