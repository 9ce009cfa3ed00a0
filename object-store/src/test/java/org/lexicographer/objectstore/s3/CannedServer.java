package org.lexicographer.objectstore.s3;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** An HTTP server that gives one answer to whatever it is asked, and hangs up. */
final class CannedServer implements AutoCloseable {

    private final ServerSocket socket;
    private final byte[] answer;

    private CannedServer(ServerSocket socket, byte[] answer) {
        this.socket = socket;
        this.answer = answer;
    }

    static CannedServer answering(String statusAndHeaders) throws IOException {
        return answering(statusAndHeaders + "\r\nContent-Length: 0", "");
    }

    static CannedServer answering(String statusAndHeaders, String body) throws IOException {
        String answer = "HTTP/1.1 " + statusAndHeaders + "\r\nConnection: close\r\n\r\n" + body;
        CannedServer server =
                new CannedServer(
                        new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
                        answer.getBytes(StandardCharsets.US_ASCII));
        Thread.ofVirtual().start(server::serve);
        return server;
    }

    String url() {
        return "http://127.0.0.1:" + socket.getLocalPort();
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket connection = socket.accept()) {
                skipHeaders(connection);
                connection.getOutputStream().write(answer);
            } catch (IOException hungUp) {
                continue;
            }
        }
    }

    private static void skipHeaders(Socket connection) throws IOException {
        BufferedReader request =
                new BufferedReader(
                        new InputStreamReader(
                                connection.getInputStream(), StandardCharsets.US_ASCII));
        String line = request.readLine();
        while (line != null && !line.isEmpty()) {
            line = request.readLine();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
