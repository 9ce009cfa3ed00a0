package org.lexicographer.trainer.recipe;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.safetensors.SafetensorsException;

/**
 * Trains a recipe on the batches of a reference folder (see {@link Reference}) and compares every
 * snapshot: {@code verify-recipe FOLDER}.
 *
 * <p>Exit status: 0 when all differences are within the tolerance, 1 when one is beyond it, 2 when
 * the folder cannot be compared.
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
                NDManager manager = NDManager.newBaseManager(Device.cpu());
                StandardRecipe recipe = reference.start(manager)) {
            describe(reference);
            SortedMap<Integer, Double> differences = reference.differences(recipe, manager);
            Optional<Double> inference = reference.inferenceDifference(recipe, manager);
            differences.forEach((step, difference) -> print("after " + step, difference));
            inference.ifPresent(difference -> print("inference", difference));
            boolean within =
                    differences.values().stream().allMatch(VerifyRecipe::isWithin)
                            && inference.stream().allMatch(VerifyRecipe::isWithin);
            out.println((within ? "within" : "BEYOND") + " the tolerance of " + TOLERANCE);
            return within ? 0 : BEYOND;
        }
    }

    private void describe(Reference reference) {
        out.println(
                "standard, trained by %s: batches %s, dictionary size %d"
                        .formatted(
                                reference.settings().origin(),
                                reference.batchShape(),
                                reference.settings().spec().dictionarySize()));
    }

    private void print(String what, double difference) {
        out.println("%-12s largest difference %.2e".formatted(what, difference));
    }

    /** No number is not within. */
    private static boolean isWithin(double difference) {
        return difference <= TOLERANCE;
    }
}
