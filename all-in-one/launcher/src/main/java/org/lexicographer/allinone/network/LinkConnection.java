package org.lexicographer.allinone.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** One connection through a link: the client's half, the server's, and that of the copy if any. */
final class LinkConnection {

    private static final int CHUNK_BYTES = 64 << 10;

    private final FaultyLink link;
    private final Socket client;
    private final Socket server;
    private final AtomicBoolean cut = new AtomicBoolean();
    private final AtomicInteger flowing = new AtomicInteger(2);
    private volatile Optional<Socket> copy = Optional.empty();
    private volatile boolean requestsLost;
    private volatile boolean answersLost;

    LinkConnection(FaultyLink link, Socket client, Socket server) throws IOException {
        this.link = link;
        this.client = client;
        this.server = server;
        client.setTcpNoDelay(true);
    }

    void start() {
        Thread.ofVirtual().name(link.name()).start(() -> flow(this::passRequests));
        Thread.ofVirtual().name(link.name()).start(() -> flow(this::passAnswers));
    }

    /** Ends the connection, unless neither end may hear of the other any more. */
    void cut() {
        if (!cut.getAndSet(true)) {
            link.meter().cut.increment();
        }
        end();
    }

    private void end() {
        Sockets.reset(client);
        Sockets.reset(server);
        endCopy();
        link.ended(this);
    }

    /** From now on these bytes do not arrive. */
    void swallow(NetworkFault.Lost lost) {
        requestsLost |= lost != NetworkFault.Lost.ANSWERS;
        answersLost |= lost != NetworkFault.Lost.REQUESTS;
    }

    private boolean isHalfOpen() {
        return requestsLost || answersLost;
    }

    /** Sends what the client says there too; what is answered there nobody hears. */
    void copyTo(Socket second) {
        copy = Optional.of(second);
        Thread.ofVirtual().name(link.name() + " copy").start(() -> drain(second));
    }

    void endCopy() {
        copy.ifPresent(Sockets::close);
        copy = Optional.empty();
    }

    private static void drain(Socket second) {
        try (InputStream answers = second.getInputStream()) {
            answers.transferTo(OutputStream.nullOutputStream());
        } catch (IOException ended) {
            // Whoever ended it knows.
        }
    }

    /** Carries the bytes of one direction until they end. */
    private interface Flow {
        void run() throws IOException;
    }

    private void flow(Flow direction) {
        try {
            direction.run();
            if (flowing.decrementAndGet() == 0) {
                end();
            }
        } catch (IOException broken) {
            endBroken();
        }
    }

    /** One half of the connection is broken; the other end hears of it, unless bytes were lost. */
    private void endBroken() {
        if (!isHalfOpen() || flowing.decrementAndGet() == 0) {
            end();
        }
    }

    private void passRequests() throws IOException {
        InputStream requests = client.getInputStream();
        OutputStream out = server.getOutputStream();
        byte[] chunk = new byte[CHUNK_BYTES];
        for (int n = next(requests, chunk); n >= 0; n = next(requests, chunk)) {
            if (requestsLost) {
                link.meter().swallowedBytes.add(n);
            } else {
                out.write(chunk, 0, n);
                link.meter().passedBytes.add(n);
                duplicate(chunk, n);
            }
        }
        if (!isHalfOpen()) {
            Sockets.endOutput(server);
            copy.ifPresent(Sockets::endOutput);
        }
    }

    private void passAnswers() throws IOException {
        InputStream answers = server.getInputStream();
        OutputStream out = client.getOutputStream();
        byte[] chunk = new byte[CHUNK_BYTES];
        for (int n = next(answers, chunk); n >= 0; n = next(answers, chunk)) {
            if (answersLost) {
                link.meter().swallowedBytes.add(n);
            } else if (link.fault().orElse(null) instanceof NetworkFault.LostAnswer) {
                link.meter().swallowedBytes.add(n);
                link.meter().lostAnswers.increment();
                end();
                return;
            } else {
                out.write(chunk, 0, n);
                link.meter().passedBytes.add(n);
            }
        }
        if (!isHalfOpen()) {
            Sockets.endOutput(client);
        }
    }

    /** Reads some bytes, late where they are to be late; returns how many, or -1 at their end. */
    private int next(InputStream in, byte[] chunk) throws IOException {
        int n = in.read(chunk);
        if (n >= 0 && link.fault().orElse(null) instanceof NetworkFault.Delay delay) {
            link.meter().delays.increment();
            link.pause(delay.pause());
            int waiting = Math.min(in.available(), chunk.length - n);
            return waiting == 0 ? n : n + Math.max(0, in.read(chunk, n, waiting));
        }
        return n;
    }

    private void duplicate(byte[] chunk, int length) {
        copy.ifPresent(
                second -> {
                    try {
                        second.getOutputStream().write(chunk, 0, length);
                        link.meter().duplicatedBytes.add(length);
                    } catch (IOException ended) {
                        copy = Optional.empty();
                    }
                });
    }
}
