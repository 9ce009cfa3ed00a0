package org.lexicographer.trainer.recipe;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.safetensors.SafetensorsException;

/**
 * Trains a recipe on the batches of a reference folder (see {@link Reference}) and compares every
 * snapshot: {@code verify-recipe FOLDER}.
 *
 * <p>Training is done in both ways of working out a step, dense and sparse, whatever the training
 * service would take for such batches; one of them has to stay within the tolerance at every
 * snapshot. It may happen that only one does: where a pre-activation lies within rounding of 0, a
 * latent is active in one program and silent in the other, Adam turns that into a full step, and
 * from there on two correct programs part. The more rows, latents and steps, the likelier.
 *
 * <p>Exit status: 0 when a way is within the tolerance throughout, 1 when none is, 2 when the
 * folder cannot be compared.
 */
public final class VerifyRecipe {

    /** Float32 sums in another order differ by less; any other formula differs by more. */
    static final double TOLERANCE = 1e-5;

    private static final int BEYOND = 1;
    private static final int NOT_COMPARABLE = 2;

    private final PrintStream out;
    private final PrintStream err;

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
        Logger engine = Logger.getLogger("ai.djl");
        engine.setLevel(Level.WARNING);
        System.exit(new VerifyRecipe(System.out, System.err).run(arguments));
    }

    int run(String... arguments) {
        if (arguments.length != 1) {
            err.println("usage: verify-recipe FOLDER");
            return NOT_COMPARABLE;
        }
        try {
            return compare(Path.of(arguments[0]));
        } catch (NoSuchFileException e) {
            err.println("not a reference folder: missing=" + e.getMessage());
        } catch (IOException e) {
            err.println("reference folder cannot be read: " + e);
        } catch (IllegalArgumentException
                | InvalidFieldsException
                | SafetensorsException
                | DictionaryException e) {
            err.println("%s: folder=%s".formatted(e.getMessage(), arguments[0]));
        }
        return NOT_COMPARABLE;
    }

    private int compare(Path folder) throws IOException {
        try (Reference reference = Reference.open(folder);
                NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            describe(reference);
            Map<String, Map<String, Double>> ways = new LinkedHashMap<>();
            ways.put("dense", differences(reference, manager, DenseStep::new));
            if (StandardRecipe.hasVectors()) {
                ways.put("sparse", differences(reference, manager, VerifyRecipe::alwaysSparse));
            } else {
                err.println(
                        "sparse steps not compared: java has no --add-modules "
                                + StandardRecipe.VECTORS);
            }
            print(ways);
            ways.forEach(this::printVerdict);
            return ways.values().stream().anyMatch(VerifyRecipe::isWithin) ? 0 : BEYOND;
        }
    }

    private static StandardStep alwaysSparse(StandardState state) {
        return new SparseStep(state, new VectorKernel(), 1);
    }

    /** Returns the largest difference at each snapshot and at inference, in the order of steps. */
    private static Map<String, Double> differences(
            Reference reference, NDManager manager, Function<StandardState, StandardStep> way)
            throws IOException {
        Map<String, Double> differences = new LinkedHashMap<>();
        try (StandardRecipe recipe = reference.start(manager, way)) {
            reference
                    .differences(recipe, manager)
                    .forEach((step, largest) -> differences.put("after " + step, largest));
            reference
                    .inferenceDifference(recipe, manager)
                    .ifPresent(largest -> differences.put("inference", largest));
        }
        return differences;
    }

    private void describe(Reference reference) {
        out.println(
                "recipe standard, trained by %s: batches %s, dictionary size %d"
                        .formatted(
                                reference.settings().origin(),
                                reference.batchShape(),
                                reference.settings().spec().dictionarySize()));
    }

    private void print(Map<String, Map<String, Double>> ways) {
        for (String snapshot : ways.values().iterator().next().keySet()) {
            String differences =
                    ways.entrySet().stream()
                            .map(way -> describe(way.getKey(), way.getValue().get(snapshot)))
                            .collect(Collectors.joining(", "));
            out.println("%-12s largest difference %s".formatted(snapshot, differences));
        }
    }

    private void printVerdict(String way, Map<String, Double> differences) {
        String verdict = isWithin(differences) ? "within" : "BEYOND";
        out.println("%s steps are %s the tolerance of %s".formatted(way, verdict, TOLERANCE));
    }

    private static String describe(String way, double difference) {
        return "%.2e %s".formatted(difference, way);
    }

    private static boolean isWithin(Map<String, Double> differences) {
        return differences.values().stream().allMatch(VerifyRecipe::isWithin);
    }

    /** No number is not within. */
    private static boolean isWithin(double difference) {
        return difference <= TOLERANCE;
    }
}
