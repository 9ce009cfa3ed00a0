package org.lexicographer.allinone.network;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The way of one client to one server on this machine: a port of the loopback interface whose
 * connections are carried on to the server's, by virtual threads. Its fault may be put on and taken
 * off while bytes flow. Safe for use by several threads.
 *
 * <p>A server that is not there is a connection that ends at once.
 */
public final class FaultyLink implements AutoCloseable {

    private static final int BACKLOG = 64;

    private final String name;
    private final int serverPort;
    private final ServerSocket listener;
    private final Consumer<Duration> pause;
    private final LinkMeter meter = new LinkMeter();
    private final Set<LinkConnection> open = ConcurrentHashMap.newKeySet();
    private volatile Optional<NetworkFault> fault = Optional.empty();

    private FaultyLink(
            String name, int serverPort, ServerSocket listener, Consumer<Duration> pause) {
        this.name = requireNonNull(name, "name is null");
        this.serverPort = serverPort;
        this.listener = listener;
        this.pause = pause;
    }

    /**
     * Opens a link on a free port. The server need not be there yet.
     *
     * @param name who is linked to whom
     * @param serverPort the server's port on the loopback interface
     */
    public static FaultyLink open(String name, int serverPort) {
        return open(name, serverPort, time -> LockSupport.parkNanos(time.toNanos()));
    }

    /** As {@link #open(String, int)}, with delays that somebody else waits out. */
    static FaultyLink open(String name, int serverPort, Consumer<Duration> pause) {
        try {
            ServerSocket listener = new ServerSocket(0, BACKLOG, loopback());
            FaultyLink link = new FaultyLink(name, serverPort, listener, pause);
            Thread.ofVirtual().name(name).start(link::accept);
            return link;
        } catch (IOException e) {
            throw new UncheckedIOException("no port for a link: link=" + name, e);
        }
    }

    private static InetAddress loopback() {
        return InetAddress.ofLiteral("127.0.0.1");
    }

    /** Returns who is linked to whom. */
    public String name() {
        return name;
    }

    /** Returns the port that clients connect to. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Puts a fault on, in place of the one that may be on. */
    public synchronized void put(NetworkFault wanted) {
        requireNonNull(wanted, "fault is null");
        fault = Optional.of(wanted);
        switch (wanted) {
            case NetworkFault.Cut cut -> open.forEach(LinkConnection::cut);
            case NetworkFault.Duplicate duplicate -> open.forEach(LinkConnection::cut);
            case NetworkFault.HalfOpen(NetworkFault.Lost lost) ->
                    open.forEach(connection -> connection.swallow(lost));
            case NetworkFault.Delay delay -> {}
            case NetworkFault.LostAnswer answer -> {}
        }
    }

    /** Takes the fault off. What it has done to connections stays done. */
    public synchronized void clear() {
        fault = Optional.empty();
        open.forEach(LinkConnection::endCopy);
    }

    /** Returns the fault that is on. */
    public Optional<NetworkFault> fault() {
        return fault;
    }

    /** Returns what the link has done so far. */
    public LinkCounts counts() {
        return meter.counts();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().name(name).start(() -> connect(client));
            } catch (IOException closedMeanwhile) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        meter.connections.increment();
        try {
            LinkConnection connection = new LinkConnection(this, client, server());
            begin(connection);
        } catch (IOException nobodyListens) {
            Sockets.reset(client);
        }
    }

    /** A fault that is put on meanwhile finds the connection, or the connection finds the fault. */
    private synchronized void begin(LinkConnection connection) {
        open.add(connection);
        if (listener.isClosed()) {
            connection.cut();
            return;
        }
        switch (fault.orElse(null)) {
            case NetworkFault.Cut cut -> connection.cut();
            case NetworkFault.Duplicate duplicate -> copy(connection);
            case NetworkFault.HalfOpen(NetworkFault.Lost lost) -> connection.swallow(lost);
            case NetworkFault.Delay delay -> {}
            case NetworkFault.LostAnswer answer -> {}
            case null -> {}
        }
        connection.start();
    }

    private void copy(LinkConnection connection) {
        try {
            connection.copyTo(server());
        } catch (IOException nobodyListens) {
            connection.cut();
        }
    }

    private Socket server() throws IOException {
        Socket server = new Socket();
        try {
            server.connect(new InetSocketAddress(loopback(), serverPort));
            server.setTcpNoDelay(true);
            return server;
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    LinkMeter meter() {
        return meter;
    }

    void pause(Duration time) {
        pause.accept(time);
    }

    void ended(LinkConnection connection) {
        open.remove(connection);
    }

    /** Ends all connections and takes no more. */
    @Override
    public synchronized void close() {
        Sockets.close(listener);
        open.forEach(LinkConnection::cut);
    }
}
