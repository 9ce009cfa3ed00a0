package org.lexicographer.allinone.image;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lexicographer.allinone.process.Checkout;
import picocli.CommandLine;

/** Builds the images of a checkout that has been packaged. */
public final class Images {

    private static final Pattern DESCRIPTION =
            Pattern.compile("<description>([^<]*)</description>");

    private final Path home;
    private final Tool tool;
    private final PrintStream out;

    Images(Path home, Tool tool, PrintStream out) {
        this.home = requireNonNull(home, "home is null");
        this.tool = requireNonNull(tool, "tool is null");
        this.out = requireNonNull(out, "out is null");
    }

    /** Builds; the command's help says how it ends. */
    public static void main(String[] arguments) {
        Path home = Checkout.here().home();
        Images images = new Images(home, Tool.in(home), System.out);
        System.exit(new CommandLine(new ImagesCommand(images::make)).execute(arguments));
    }

    private int make(ImageOptions options) {
        try {
            make(options, ImageOrigin.of(home, System.getenv()));
            return 0;
        } catch (IllegalStateException | IllegalArgumentException | UncheckedIOException e) {
            System.err.println("error: " + e.getMessage());
            return 1;
        }
    }

    /**
     * Builds what is asked for, and saves and pushes it where that is asked for too.
     *
     * @throws IllegalStateException when nothing is found that builds, or when it fails
     */
    void make(ImageOptions options, ImageOrigin origin) {
        ImageBuilder builder =
                ImageBuilder.find(
                        tool,
                        options.builder().map(List::of).orElse(List.of(ImageBuilder.values())));
        List<ServiceImage> images = options.selection().of(ServiceImage.of(home));
        for (ServiceImage image : images) {
            out.printf("building %s with %s ...%n", image.name(), builder.program());
            ImageBuild build = new ImageBuild(image, description(image), origin, options);
            run(builder.build(build), image);
        }
        options.save().ifPresent(folder -> images.forEach(it -> save(builder, it, folder)));
        options.push().ifPresent(prefix -> images.forEach(it -> push(builder, it, prefix)));
        images.forEach(image -> out.println("built " + image.name()));
    }

    /** What the service's module says of itself. */
    private String description(ServiceImage image) {
        Path module = home.resolve(image.service()).resolve("pom.xml");
        try {
            Matcher description = DESCRIPTION.matcher(Files.readString(module));
            if (!description.find()) {
                throw new IllegalStateException("no description: file=" + module);
            }
            return description.group(1);
        } catch (IOException e) {
            throw new UncheckedIOException("module cannot be read: file=" + module, e);
        }
    }

    private void save(ImageBuilder builder, ServiceImage image, Path folder) {
        Path archive = folder.resolve(image.shortName().replace(':', '-') + ".tar");
        try {
            Files.createDirectories(folder);
            // None of them replaces one that is there.
            Files.deleteIfExists(archive);
        } catch (IOException e) {
            throw new UncheckedIOException("archive cannot be written: file=" + archive, e);
        }
        run(builder.save(image, archive), image);
        out.println("saved " + archive);
    }

    private void push(ImageBuilder builder, ServiceImage image, String prefix) {
        String name = prefix + "/" + image.shortName();
        builder.push(image, name).forEach(command -> run(command, image));
        out.println("pushed " + name);
    }

    private void run(List<String> command, ServiceImage image) {
        int status = tool.run(command);
        if (status != 0) {
            throw new IllegalStateException(
                    "'%s %s' failed: image=%s, status=%d"
                            .formatted(command.get(0), command.get(1), image.name(), status));
        }
    }
}
