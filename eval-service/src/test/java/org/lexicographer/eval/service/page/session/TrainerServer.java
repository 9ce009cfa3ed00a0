package org.lexicographer.eval.service.page.session;

import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes every run, as trainer-service, and notes in whose name it was submitted. */
public final class TrainerServer implements QuarkusTestResourceLifecycleManager {

    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private HttpServer server;

    /** Returns what was shown with each run. */
    List<String> authorizations() {
        return authorizations;
    }

    @Override
    public Map<String, String> start() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("trainer does not start", e);
        }
        server.createContext(
                "/runs",
                exchange -> {
                    authorizations.add(
                            String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
                    exchange.sendResponseHeaders(201, -1);
                    exchange.close();
                });
        server.start();
        return Map.of("eval.trainer-url", "http://localhost:" + server.getAddress().getPort());
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(this, new TestInjector.MatchesType(TrainerServer.class));
    }

    @Override
    public void stop() {
        if (server != null) {
            server.stop(0);
        }
    }
}
