package org.lexicographer.languagemodel.verification;

import ai.djl.Device;
import ai.djl.engine.Engine;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.PlatformLoggingMXBean;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.NotFiniteException;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.pipeline.safetensors.SafetensorsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Compares the forward pass with what another implementation computed: {@code VerifyModel FOLDER},
 * where the folder holds {@code config.json}, the weights, {@code reference.safetensors} and {@code
 * losses.json}. Exits with 0 when everything is within tolerance, 1 when something is not, 2 when
 * the folder cannot be used. Runs on the CPU, in float32.
 */
@Command(
        name = "./run verify-model",
        description = {
            "Compares the forward pass of a language model with what another implementation"
                    + " computed, in float32, and prints the largest differences:"
                    + " absolute, or relative to the largest value of a tensor where that exceeds"
                    + " 10. The families of models are in docs/models.md."
        },
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "0:everything is within the tolerance",
            "1:something is not",
            "2:the folder cannot be used, the command line is wrong, or there is no GPU"
        })
public final class VerifyModel implements Callable<Integer> {

    /**
     * Largest difference of an activation or logit, absolute, or relative to the largest of its
     * tensor where that exceeds 10: some hundred float32 roundings.
     */
    static final double ACTIVATION_TOLERANCE = 1e-4;

    /** Largest absolute difference of a mean loss in nats. */
    static final double LOSS_TOLERANCE = 1e-5;

    private static final String LINE = "%-12s %12s %12s  %s%n";

    /** Kept, so that its level is: the engine's greetings are not what was asked for. */
    private static final Logger ENGINE_LOG = LoggerFactory.getLogger("ai.djl");

    private final PrintStream out;
    private final PrintStream err;

    @Parameters(
            paramLabel = "FOLDER",
            description =
                    "Holds the model (config.json, the weights), reference.safetensors and"
                            + " losses.json.")
    private Path folder;

    /** What the model can run on. */
    private enum Where {
        cpu,
        gpu
    }

    @Option(
            names = "--device",
            paramLabel = "D",
            description = "Where the model runs: cpu (the default) or gpu.")
    private Where device = Where.cpu;

    @Option(names = "--help", usageHelp = true, description = "Print this.")
    private boolean help;

    VerifyModel(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Runs the comparison and ends the process with its exit code. */
    public static void main(String[] args) {
        if (System.getProperty("ai.djl.offline") == null) {
            System.setProperty("ai.djl.offline", "true");
        }
        ManagementFactory.getPlatformMXBean(PlatformLoggingMXBean.class)
                .setLoggerLevel(ENGINE_LOG.getName(), "WARNING");
        System.exit(new VerifyModel(System.out, System.err).run(args));
    }

    int run(String... args) {
        return new CommandLine(this)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    @Override
    public Integer call() {
        if (device == Where.gpu && Engine.getInstance().getGpuCount() == 0) {
            err.println("verify-model: there is no GPU here that PyTorch could use");
            return 2;
        }
        try {
            return compare(device == Where.gpu ? Device.gpu() : Device.cpu()) ? 0 : 1;
        } catch (IOException e) {
            err.println("verify-model: folder cannot be read: " + e);
            return 2;
        } catch (NotFiniteException e) {
            err.println("verify-model: " + e.getMessage());
            return 1;
        } catch (InvalidModelException | SafetensorsException | IllegalArgumentException e) {
            err.println("verify-model: " + e.getMessage());
            return 2;
        }
    }

    private boolean compare(Device on) throws IOException {
        try (LanguageModel model = LanguageModel.load(folder, on);
                ReferenceFolder reference = ReferenceFolder.open(folder)) {
            ModelComparison comparison = new ModelComparison(model, reference);
            out.printf(LINE, "", "largest diff", "tolerance", "at");
            boolean within = true;
            for (Map.Entry<String, LargestDifference> kind : comparison.activations().entrySet()) {
                within &= print(kind.getKey(), kind.getValue(), ACTIVATION_TOLERANCE);
            }
            within &= print("losses", comparison.losses(), LOSS_TOLERANCE);
            out.println(within ? "within tolerance" : "BEYOND TOLERANCE");
            return within;
        }
    }

    private boolean print(String kind, LargestDifference difference, double tolerance) {
        boolean within = difference.within(tolerance);
        out.printf(
                LINE,
                kind,
                "%.2e".formatted(difference.value()),
                "%.0e".formatted(tolerance),
                difference.at() + (within ? "" : "  BEYOND TOLERANCE"));
        return within;
    }
}
