package org.lexicographer.objectstore.s3;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;

/**
 * Builds the HTTP client under the S3 client.
 *
 * <p>It does not repeat a request on its own: whether a repeated conditional write is a success
 * only the decorator that repeats it can tell. An answer that means trouble on the server's side is
 * turned into an {@link IOException}, whether it comes from the store or from a gateway before it.
 */
final class S3HttpClient {

    /** Enough that no caller waits for another one's request to be answered. */
    private static final int MAX_REQUESTS = 256;

    private static final Set<Integer> TRANSIENT = Set.of(408, 429, 500, 502, 503, 504, 507, 509);
    private static final long REASON_BYTES = 512;

    private S3HttpClient() {}

    static OkHttpClient create(S3Endpoint endpoint) {
        ConnectionPool connections = new ConnectionPool();
        OkHttpClient.Builder client = new OkHttpClient.Builder();
        endpoint.certificates().map(TrustedCertificates::new).ifPresent(own -> own.addTo(client));
        return client.connectionPool(connections)
                .connectTimeout(endpoint.connectTimeout())
                .readTimeout(endpoint.answerTimeout())
                .writeTimeout(endpoint.answerTimeout())
                .protocols(List.of(Protocol.HTTP_1_1))
                .dispatcher(dispatcher())
                .addInterceptor(chain -> forgetDeadConnections(chain, connections))
                .addInterceptor(S3HttpClient::failOnServerTrouble)
                .build();
    }

    /** Virtual threads are daemons: an idle client keeps no process alive. */
    private static Dispatcher dispatcher() {
        Dispatcher dispatcher = new Dispatcher(Executors.newVirtualThreadPerTaskExecutor());
        dispatcher.setMaxRequests(MAX_REQUESTS);
        dispatcher.setMaxRequestsPerHost(MAX_REQUESTS);
        return dispatcher;
    }

    /**
     * A connection on which nothing comes is seldom alone: what was idle beside it would cost
     * whoever takes it next as long a wait.
     */
    private static Response forgetDeadConnections(
            Interceptor.Chain chain, ConnectionPool connections) throws IOException {
        try {
            return chain.proceed(chain.request());
        } catch (SocketTimeoutException silence) {
            connections.evictAll();
            throw silence;
        }
    }

    private static Response failOnServerTrouble(Interceptor.Chain chain) throws IOException {
        Response response = chain.proceed(chain.request());
        if (!TRANSIENT.contains(response.code())) {
            return response;
        }
        try (response) {
            throw new IOException(
                    "server in trouble: status=%d, answer=%s"
                            .formatted(response.code(), response.peekBody(REASON_BYTES).string()));
        }
    }
}
