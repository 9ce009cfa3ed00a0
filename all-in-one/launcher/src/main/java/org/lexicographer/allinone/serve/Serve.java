package org.lexicographer.allinone.serve;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.lexicographer.allinone.prepare.Background;
import org.lexicographer.allinone.process.Checkout;
import org.lexicographer.allinone.process.DataFolder;
import org.lexicographer.allinone.process.LauncherLog;
import org.lexicographer.allinone.system.Addresses;
import org.lexicographer.allinone.system.AllInOne;
import picocli.CommandLine;

/** Starts everything on this machine and serves until it is interrupted. */
public final class Serve {

    private static volatile boolean stopping;

    private Serve() {}

    /** Serves; the command's help says how it ends. */
    public static void main(String[] arguments) {
        Checkout checkout = Checkout.here();
        ServeCommand command = new ServeCommand(checkout.home(), folder -> serve(checkout, folder));
        System.exit(new CommandLine(command).execute(arguments));
    }

    private static int serve(Checkout checkout, Path folder) {
        try {
            DataFolder data = DataFolder.take(folder);
            AllInOne system = new AllInOne(checkout, data);
            Background caches = new Background(checkout.home(), data.log("start-caches"));
            Thread stop = new Thread(() -> stop(system, data, caches), "stop");
            Runtime.getRuntime().addShutdownHook(stop);
            serve(system, data, caches);
        } catch (IllegalStateException | UncheckedIOException e) {
            if (!stopping) {
                System.err.println("error: " + e.getMessage());
            }
        }
        return 1;
    }

    private static void serve(AllInOne system, DataFolder data, Background caches) {
        data.prepare();
        LauncherLog.to(data.log("servers"));
        System.out.println("starting a Kafka broker, an S3 server and the four services ...");
        system.start();
        Addresses.lines(system).forEach(System.out::println);
        System.out.printf("%nServing until Ctrl-C. Data and logs: %s%n", data.path());
        caches.start();
        system.awaitEnd();
    }

    /** While this works, services end one by one: errors of the main thread are expected then. */
    private static void stop(AllInOne system, DataFolder data, Background caches) {
        stopping = true;
        caches.close();
        system.close();
        data.close();
    }
}
