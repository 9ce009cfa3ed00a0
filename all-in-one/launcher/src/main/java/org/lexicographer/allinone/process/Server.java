package org.lexicographer.allinone.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.lexicographer.embedded.EmbeddedKafka;
import org.lexicographer.embedded.EmbeddedObjectStore;

/**
 * One of the embedded servers in a JVM of its own, so that it can be killed alone. It ends when its
 * standard input does.
 */
public final class Server {

    /** The embedded servers. */
    public enum Kind {
        /** The Kafka broker. */
        BROKER,
        /** The S3 server. */
        OBJECT_STORE;

        /** Returns the name as it appears in logs. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private Server() {}

    /** Starts a server: its kind, its data folder, and its port or, of a broker, its plan. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[1]);
        switch (Kind.valueOf(arguments[0])) {
            case BROKER -> {
                try (EmbeddedKafka broker =
                        EmbeddedKafka.start(folder, PlanArgument.read(arguments[2]))) {
                    System.out.println("listens on " + broker.bootstrapServers());
                    awaitParentsEnd();
                }
            }
            case OBJECT_STORE -> {
                int port = Integer.parseInt(arguments[2]);
                try (EmbeddedObjectStore store = EmbeddedObjectStore.start(folder, port)) {
                    System.out.println("listens on " + store.endpoint());
                    awaitParentsEnd();
                }
            }
        }
    }

    private static void awaitParentsEnd() throws IOException {
        while (System.in.read() >= 0) {
            // The parent says nothing; only its end matters.
        }
    }
}
