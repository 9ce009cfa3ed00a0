package org.lexicographer.allinone.image;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * An image of a service, as {@code docker-compose.yml} describes it.
 *
 * @param repository its name without a tag: {@code lexicographer/trainer-service}
 * @param version the version of the service in it
 * @param tag what follows its name
 * @param file its Dockerfile, from the checkout's root
 * @param arguments all that the Dockerfile is told, what it takes by itself included
 */
record ServiceImage(
        String repository, String version, String tag, String file, Map<String, String> arguments) {

    /** The Dockerfile's argument that says what images without CUDA are built upon. */
    static final String JAVA_IMAGE = "JAVA_IMAGE";

    /** The Dockerfile's argument that says what images with CUDA are built upon. */
    static final String CUDA_IMAGE = "CUDA_IMAGE";

    private static final String COMPOSE = "docker-compose.yml";
    private static final String GPU_SUFFIX = "-gpu";

    /** The arguments that stand before the first stage. */
    private static final Pattern DEFAULT = Pattern.compile("(?m)^ARG (\\w+)=(.*)$");

    ServiceImage {
        requireNonNull(repository, "repository is null");
        requireNonNull(version, "version is null");
        requireNonNull(tag, "tag is null");
        requireNonNull(file, "file is null");
        arguments = Map.copyOf(arguments);
    }

    /**
     * Reads all images of a checkout, those with CUDA included.
     *
     * @throws UncheckedIOException when a file cannot be read
     */
    static List<ServiceImage> of(Path home) {
        Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
        try (InputStream text = Files.newInputStream(home.resolve(COMPOSE))) {
            Map<?, ?> services = (Map<?, ?>) ((Map<?, ?>) yaml.load(text)).get("services");
            List<ServiceImage> images = new ArrayList<>();
            for (Object service : services.values()) {
                if (service instanceof Map<?, ?> described
                        && described.get("build") instanceof Map<?, ?> build) {
                    images.add(read(home, described.get("image").toString(), build));
                }
            }
            return images;
        } catch (IOException e) {
            throw new UncheckedIOException("images cannot be read: file=" + COMPOSE, e);
        }
    }

    private static ServiceImage read(Path home, String name, Map<?, ?> build) throws IOException {
        String file = build.get("dockerfile").toString();
        Map<String, String> arguments = defaults(home.resolve(file));
        ((Map<?, ?>) build.get("args"))
                .forEach((key, value) -> arguments.put(key.toString(), value.toString()));
        int colon = name.lastIndexOf(':');
        String tag = name.substring(colon + 1);
        String version =
                tag.endsWith(GPU_SUFFIX)
                        ? tag.substring(0, tag.length() - GPU_SUFFIX.length())
                        : tag;
        return new ServiceImage(name.substring(0, colon), version, tag, file, arguments);
    }

    /** buildah before 1.29 does not know the defaults of arguments in FROM: they are told. */
    private static Map<String, String> defaults(Path dockerfile) throws IOException {
        String text = Files.readString(dockerfile);
        Matcher argument = DEFAULT.matcher(text.substring(0, text.indexOf("\nFROM ")));
        Map<String, String> defaults = new TreeMap<>();
        while (argument.find()) {
            defaults.put(argument.group(1), argument.group(2));
        }
        return defaults;
    }

    /** Returns the same with another tag, that of images with CUDA ending in {@code -gpu} still. */
    ServiceImage tagged(String otherTag) {
        return new ServiceImage(
                repository, version, gpu() ? otherTag + GPU_SUFFIX : otherTag, file, arguments);
    }

    /** Returns its name with its tag, as compose and Kubernetes use it. */
    String name() {
        return repository + ":" + tag;
    }

    /** Returns the name without what is before the service's: {@code trainer-service:0.2.0}. */
    String shortName() {
        return name().substring(repository.lastIndexOf('/') + 1);
    }

    /** Returns the time of all its files, seconds since 1970. */
    String fileTime() {
        return arguments.get("FILE_TIME");
    }

    /** Returns the service's name. */
    String service() {
        return arguments.get("SERVICE");
    }

    /** Returns whether libtorch is one with CUDA. */
    boolean gpu() {
        return arguments.get("ACCELERATOR").equals("gpu");
    }
}
