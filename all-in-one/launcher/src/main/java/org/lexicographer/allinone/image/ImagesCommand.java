package org.lexicographer.allinone.image;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command line of the images. */
@Command(
        name = "./run images",
        sortOptions = false,
        description = {
            "Builds what is needed and makes an image of each service, under the names that"
                    + " docker-compose.yml and k8s/ use. The first build rehearses the start of"
                    + " everything once, for a minute or two."
        },
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "0:all images are there",
            "1:nothing was found that builds images, or it failed",
            "2:the command line is wrong"
        })
final class ImagesCommand implements Callable<Integer> {

    private final ToIntFunction<ImageOptions> images;

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "SERVICE",
            description = "Services to make images of, such as trainer-service; all otherwise.")
    private List<String> services = new ArrayList<>();

    @Option(
            names = "--with",
            paramLabel = "PROGRAM",
            description =
                    "What builds them: docker, podman or buildah. The first of these that works"
                            + " here otherwise.")
    private String builder;

    @Option(
            names = "--tag",
            paramLabel = "TAG",
            description =
                    "Their tag in place of the version. Compose and Kubernetes have to be told.")
    private String tag;

    @Option(
            names = "--gpu",
            description =
                    "Make those with CUDA, for NVIDIA's GPUs, whose tags end in -gpu. Of"
                            + " tokenizer-service, which has no use for one, the usual one.")
    private boolean gpu;

    @Option(
            names = "--save",
            paramLabel = "FOLDER",
            description =
                    "Write each image into an archive there, for docker load, podman load and"
                            + " kind load image-archive.")
    private Path save;

    @Option(
            names = "--push",
            paramLabel = "PREFIX",
            description =
                    "Push them to a registry, as PREFIX/trainer-service:TAG. Nothing is pushed"
                            + " otherwise.")
    private String push;

    @Option(
            names = "--base-image",
            paramLabel = "IMAGE",
            description =
                    "What to build upon in place of Temurin's image: any with java of version 25"
                            + " or later on its PATH, and in /opt/java/openjdk for --gpu; sh, sed and"
                            + " useradd. Its libc is to be glibc.")
    private String baseImage;

    @Option(
            names = "--cuda-image",
            paramLabel = "IMAGE",
            description =
                    "What to build images for GPUs upon in place of PyTorch's image: a mirror"
                            + " of it.")
    private String cudaImage;

    @Option(
            names = "--label",
            paramLabel = "NAME=VALUE",
            description = "One more label of all images; may be repeated.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(
            names = "--no-rehearsal",
            description = "Leave the start caches out: a faster build, and slower starts.")
    private boolean noRehearsal;

    @Option(names = "--help", usageHelp = true, description = "Print this.")
    private boolean help;

    /**
     * Creates the command.
     *
     * @param images what to do with the options; returns the exit status
     */
    ImagesCommand(ToIntFunction<ImageOptions> images) {
        this.images = images;
    }

    @Override
    public Integer call() {
        return images.applyAsInt(options());
    }

    private ImageOptions options() {
        Map<String, String> bases = new LinkedHashMap<>();
        Optional.ofNullable(baseImage).ifPresent(it -> bases.put(ServiceImage.JAVA_IMAGE, it));
        Optional.ofNullable(cudaImage).ifPresent(it -> bases.put(ServiceImage.CUDA_IMAGE, it));
        try {
            return new ImageOptions(
                    new ImageOptions.Selection(Set.copyOf(services), gpu, Optional.ofNullable(tag)),
                    Optional.ofNullable(builder).map(ImageBuilder::named),
                    bases,
                    labels,
                    !noRehearsal,
                    Optional.ofNullable(push),
                    Optional.ofNullable(save).map(Path::toAbsolutePath));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
