package org.lexicographer.trainer.verification;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.PlatformLoggingMXBean;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.kernel.VectorModule;
import org.lexicographer.kernel.Workers;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.safetensors.SafetensorsException;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.trainer.engine.FastestSteps;
import org.lexicographer.trainer.engine.Recipe;
import org.lexicographer.trainer.engine.TrainingMethods;
import org.lexicographer.trainer.recipe.sparse.SparsePlan;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Trains a recipe on the batches of a reference folder (see {@link Reference}) and compares every
 * snapshot: {@code verify-recipe FOLDER}. What the reference's last weights make of given rows is
 * compared too.
 *
 * <p>The recipe is trained with dense steps, over whole arrays, and, where it has them, with the
 * two ways that the training service takes on a CPU: sparse steps, which gather what belongs to
 * active latents, and packed ones, which multiply whole matrices. One of the three has to stay
 * within the tolerance at every snapshot. It may happen that only one does: where a pre-activation
 * is within rounding of 0, a latent is active in one program and silent in the other, Adam turns
 * that into a full step, and from then on two correct programs diverge. More rows, latents and
 * steps make it likelier. So when none stays within, the rows of every batch are taken in other
 * orders, which is the same recipe with other rounding; a wrong formula fails in all of them. Then
 * it is trained twice as a run would be, which has to end in the same bits.
 *
 * <p>Exit status: 0 when one of the ways is within the tolerance throughout and the bits are the
 * same, 1 when that is not so, 2 when the folder cannot be compared.
 */
@Command(
        name = "./run verify-recipe",
        description = {
            "Trains a recipe on the batches of a reference folder, compares the weights after each"
                    + " step with those that another implementation came to, and prints the largest"
                    + " differences."
        },
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "0:dense, sparse or packed steps stay within the tolerance throughout, and two runs"
                    + " end in the same bits",
            "1:none of them do, or two runs differ",
            "2:the folder cannot be compared, the command line is wrong, or there is no GPU"
        })
public final class VerifyRecipe implements Callable<Integer> {

    /** Float32 sums in another order differ by less; any other formula differs by more. */
    public static final double TOLERANCE = 1e-5;

    /** Where rounding decides, a wrong formula still differs by more. */
    static final double STEEP_TOLERANCE = 1e-4;

    /** Kept, so that its level is: the engine's greetings are not what was asked for. */
    private static final Logger ENGINE_LOG = LoggerFactory.getLogger("ai.djl");

    /** How many other orders of rows are tried when the stored one does not agree. */
    private static final int OTHER_ORDERS = 8;

    private static final int BEYOND = 1;
    private static final int NOT_COMPARABLE = 2;

    private final PrintStream out;
    private final PrintStream err;

    @Parameters(
            paramLabel = "FOLDER",
            description = "Holds trajectory.safetensors and reference.json.")
    private Path folder;

    /** What steps can be taken on. */
    private enum Where {
        cpu,
        gpu
    }

    @Option(
            names = "--device",
            paramLabel = "D",
            description = "Where steps are taken: cpu (the default) or gpu.")
    private Where device = Where.cpu;

    @Option(names = "--help", usageHelp = true, description = "Print this.")
    private boolean help;

    VerifyRecipe(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Compares the folder that is the only argument. */
    public static void main(String[] arguments) {
        // Natives are on the class path; nothing is to be downloaded.
        System.setProperty("ai.djl.offline", "true");
        // The service's libraries bring this log manager, which complains when it is not asked for.
        System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
        ManagementFactory.getPlatformMXBean(PlatformLoggingMXBean.class)
                .setLoggerLevel(ENGINE_LOG.getName(), "WARNING");
        System.exit(new VerifyRecipe(System.out, System.err).run(arguments));
    }

    int run(String... arguments) {
        return new CommandLine(this)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    @Override
    public Integer call() {
        if (device == Where.gpu && Engine.getInstance().getGpuCount() == 0) {
            err.println("there is no GPU here that PyTorch could use");
            return NOT_COMPARABLE;
        }
        try {
            return compare(device == Where.gpu ? Device.gpu() : Device.cpu());
        } catch (NoSuchFileException e) {
            err.println("not a reference folder: missing=" + e.getMessage());
        } catch (IOException e) {
            err.println("reference folder cannot be read: " + e);
        } catch (IllegalArgumentException
                | InvalidFieldsException
                | SafetensorsException
                | DictionaryException e) {
            err.println("%s: folder=%s".formatted(e.getMessage(), folder));
        }
        return NOT_COMPARABLE;
    }

    private int compare(Device device) throws IOException {
        try (Reference reference = Reference.open(folder);
                NDManager manager = NDManager.newBaseManager(device)) {
            describe(reference);
            double tolerance = tolerance(reference.settings().spec());
            boolean inferenceAgrees = compareInference(reference, manager);
            boolean trainingAgrees = compareAll(reference, manager, RowOrder.AS_STORED, tolerance);
            for (int order = 1; order <= OTHER_ORDERS && !trainingAgrees; order++) {
                out.println(
                        "the same with the rows of each batch in another order (" + order + "):");
                trainingAgrees = compareAll(reference, manager, new RowOrder(order), tolerance);
            }
            boolean repeats = isTheSameTwice(reference, manager);
            return trainingAgrees && inferenceAgrees && repeats ? 0 : BEYOND;
        }
    }

    /**
     * Tells whether training twice, as a run would be, ends in the same weights and moments, bit
     * for bit.
     */
    private boolean isTheSameTwice(Reference reference, NDManager manager) throws IOException {
        boolean same = Arrays.equals(trained(reference, manager), trained(reference, manager));
        out.println("two runs end in %s bits".formatted(same ? "the same" : "DIFFERENT"));
        return same;
    }

    private static byte[] trained(Reference reference, NDManager manager) throws IOException {
        double share = reference.settings().spec().basics().denseShare();
        Optional<SparsePlan> plan = FastestSteps.on(manager.getDevice(), share);
        try (Recipe recipe = reference.start(manager, plan)) {
            reference.differences(recipe, manager);
            SafetensorsWriter state = new SafetensorsWriter();
            recipe.save(state, "");
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            state.writeTo(bytes);
            return bytes.toByteArray();
        }
    }

    private boolean compareInference(Reference reference, NDManager manager) throws IOException {
        Optional<Double> difference = reference.inferenceDifference(manager);
        if (difference.isEmpty()) {
            return true;
        }
        boolean agrees = difference.get() <= TOLERANCE;
        out.println(
                "inference    largest difference %.2e, %s the tolerance of %s"
                        .formatted(difference.get(), agrees ? "within" : "BEYOND", TOLERANCE));
        return agrees;
    }

    /** Tells whether one of the ways of taking steps stays within the tolerance. */
    private boolean compareAll(
            Reference reference, NDManager manager, RowOrder order, double tolerance) {
        Map<String, SortedMap<Integer, Double>> found = new LinkedHashMap<>();
        for (Map.Entry<String, Optional<SparsePlan>> way : ways().entrySet()) {
            try (Recipe recipe = reference.start(manager, way.getValue())) {
                if (way.getValue().isEmpty() || recipe.hasFastSteps()) {
                    found.put(way.getKey(), reference.differences(recipe, manager, order));
                }
            }
        }
        print(found);
        found.forEach((steps, differences) -> printVerdict(steps, differences, tolerance));
        return found.values().stream().anyMatch(it -> isWithin(it, tolerance));
    }

    private Map<String, Optional<SparsePlan>> ways() {
        Map<String, Optional<SparsePlan>> ways = new LinkedHashMap<>();
        ways.put("dense", Optional.empty());
        if (VectorModule.isThere() && device == Where.cpu) {
            ways.put("sparse", Optional.of(alwaysSparse()));
            ways.put("packed", Optional.of(new SparsePlan(Workers.shared(), 0)));
        } else if (device == Where.cpu) {
            err.println(
                    "sparse steps not compared: java has no --add-modules " + VectorModule.NAME);
        }
        return ways;
    }

    static double tolerance(RecipeSpec spec) {
        return switch (TrainingMethods.of(spec).rounding()) {
            case STAYS_SMALL -> TOLERANCE;
            case DECIDES -> STEEP_TOLERANCE;
        };
    }

    public static SparsePlan alwaysSparse() {
        return new SparsePlan(Workers.shared(), Double.POSITIVE_INFINITY);
    }

    private void describe(Reference reference) {
        out.println(
                "recipe %s, trained by %s: batches %s, dictionary size %d"
                        .formatted(
                                reference.settings().spec().type(),
                                reference.settings().origin(),
                                reference.batchShape(),
                                reference.settings().spec().dictionarySize()));
    }

    private void print(Map<String, SortedMap<Integer, Double>> found) {
        for (int snapshot : found.values().iterator().next().keySet()) {
            String differences =
                    found.entrySet().stream()
                            .map(it -> describe(it.getKey(), it.getValue().get(snapshot)))
                            .collect(Collectors.joining(", "));
            out.println("after %-6d largest difference %s".formatted(snapshot, differences));
        }
    }

    private void printVerdict(
            String steps, SortedMap<Integer, Double> differences, double tolerance) {
        String verdict = isWithin(differences, tolerance) ? "within" : "BEYOND";
        out.println("%s steps are %s the tolerance of %s".formatted(steps, verdict, tolerance));
    }

    private static String describe(String steps, double difference) {
        return "%.2e %s".formatted(difference, steps);
    }

    /** A difference that is not a number is not within. */
    private static boolean isWithin(SortedMap<Integer, Double> differences, double tolerance) {
        return differences.values().stream().allMatch(difference -> difference <= tolerance);
    }
}
