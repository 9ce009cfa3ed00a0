package org.lexicographer.allinone.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Answers every byte with the same byte, and keeps what it has heard. */
final class EchoServer implements AutoCloseable {

    private final ServerSocket listener;
    private final BlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
    private final BlockingQueue<Socket> ended = new LinkedBlockingQueue<>();

    private EchoServer(ServerSocket listener) {
        this.listener = listener;
    }

    static EchoServer start() {
        try {
            EchoServer server =
                    new EchoServer(new ServerSocket(0, 8, InetAddress.ofLiteral("127.0.0.1")));
            Thread.ofVirtual().start(server::accept);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> answer(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void answer(Socket client) {
        try (client) {
            InputStream in = client.getInputStream();
            OutputStream out = client.getOutputStream();
            for (int read = in.read(); read >= 0; read = in.read()) {
                heard.add(read);
                out.write(read);
            }
        } catch (IOException broken) {
            // Told by the queue below.
        }
        ended.add(client);
    }

    /** Returns the next byte of any connection, once it is there. */
    int heard() throws InterruptedException {
        return heard.take();
    }

    boolean hasHeardMore() {
        return !heard.isEmpty();
    }

    /** Waits until a connection has ended. */
    void awaitEnd() throws InterruptedException {
        ended.take();
    }

    boolean hasSeenAnEnd() {
        return !ended.isEmpty();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
