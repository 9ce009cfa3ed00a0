package org.lexicographer.allinone.load;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.lexicographer.pipeline.access.AccessToken;

/**
 * Sends requests over many connections at once: each has a virtual thread that sends one after the
 * other. What is answered as expected is read and thrown away.
 */
public final class HttpLoad implements AutoCloseable {

    private static final Duration TIME_TO_ANSWER = Duration.ofMinutes(10);
    private static final int SHOWN_CHARACTERS = 300;

    private final AccessToken token = AccessToken.of(System.getenv());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .executor(threads)
                    .connectTimeout(TIME_TO_ANSWER)
                    .build();

    /** What is counted of one call. */
    private static final class Counts {
        private final LongAdder requests = new LongAdder();
        private final LongAdder errors = new LongAdder();
        private final AtomicReference<String> firstError = new AtomicReference<>();
        private final Latencies latencies = new Latencies();

        private void error(String found) {
            errors.increment();
            firstError.compareAndSet(null, found);
        }
    }

    /**
     * Sends requests until there are no more.
     *
     * @param connections how many are under way at once
     * @param status what each is to be answered with
     * @param requests gives the next one, to any thread; empty when there are no more
     */
    public Answered send(
            int connections, int status, Supplier<Optional<HttpRequest.Builder>> requests) {
        Counts counts = new Counts();
        long start = System.nanoTime();
        try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < connections; i++) {
                senders.execute(() -> sendAll(status, requests, counts));
            }
        }
        return new Answered(
                counts.requests.sum(),
                counts.errors.sum(),
                Optional.ofNullable(counts.firstError.get()),
                Duration.ofNanos(System.nanoTime() - start),
                counts.latencies);
    }

    private void sendAll(
            int status, Supplier<Optional<HttpRequest.Builder>> requests, Counts counts) {
        for (var next = requests.get(); next.isPresent(); next = requests.get()) {
            counts.requests.increment();
            sendOne(status, next.get(), counts);
        }
    }

    private void sendOne(int status, HttpRequest.Builder request, Counts counts) {
        token.header().ifPresent(shown -> request.header(AccessToken.HEADER, shown));
        long start = System.nanoTime();
        try {
            HttpResponse<byte[]> answer =
                    http.send(request.timeout(TIME_TO_ANSWER).build(), keptUnless(status));
            if (answer.statusCode() == status) {
                counts.latencies.add(Duration.ofNanos(System.nanoTime() - start));
            } else {
                counts.error(
                        "status=%d, request=%s, answer=%s"
                                .formatted(
                                        answer.statusCode(),
                                        answer.request().uri(),
                                        shortened(answer.body())));
            }
        } catch (IOException e) {
            counts.error(e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            counts.error("interrupted");
        }
    }

    /** What was expected need not be held; what was not is shown. */
    private static BodyHandler<byte[]> keptUnless(int status) {
        return answer ->
                answer.statusCode() == status
                        ? BodySubscribers.replacing(new byte[0])
                        : BodySubscribers.ofByteArray();
    }

    private static String shortened(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        return text.substring(0, Math.min(text.length(), SHOWN_CHARACTERS));
    }

    @Override
    public void close() {
        http.close();
        threads.close();
    }
}
