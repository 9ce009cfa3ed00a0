package org.lexicographer.allinone.image;

import java.util.Map;
import java.util.TreeMap;

/**
 * All that decides what is in an image.
 *
 * @param image what is built
 * @param description what its service does
 * @param origin where it comes from
 * @param options what the user asked for
 */
record ImageBuild(
        ServiceImage image, String description, ImageOrigin origin, ImageOptions options) {

    private static final String LABEL = "org.opencontainers.image.";

    /** Returns what the Dockerfile is told, by name. */
    Map<String, String> arguments() {
        Map<String, String> arguments = new TreeMap<>(image.arguments());
        arguments.put("REHEARSE", String.valueOf(options.rehearse()));
        arguments.putAll(options.bases());
        return arguments;
    }

    /** Returns the labels: the keys of the OCI image specification, annotations.md. */
    Map<String, String> labels() {
        Map<String, String> labels = new TreeMap<>();
        labels.put(LABEL + "title", "Lexicographer " + image.service());
        labels.put(LABEL + "description", description);
        labels.put(LABEL + "version", image.version());
        origin.revision().ifPresent(revision -> labels.put(LABEL + "revision", revision));
        origin.source().ifPresent(source -> labels.put(LABEL + "source", source));
        origin.created().ifPresent(time -> labels.put(LABEL + "created", time.toString()));
        String base = image.gpu() ? ServiceImage.CUDA_IMAGE : ServiceImage.JAVA_IMAGE;
        labels.put(LABEL + "base.name", arguments().get(base));
        labels.putAll(options.labels());
        return labels;
    }
}
