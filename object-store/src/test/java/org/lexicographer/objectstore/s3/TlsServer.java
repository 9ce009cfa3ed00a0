package org.lexicographer.objectstore.s3;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A store without objects, behind TLS with a certificate of its own making. */
final class TlsServer implements AutoCloseable {

    private static final String PASSWORD = "of-a-test";
    private static final int NOT_FOUND = 404;

    private final HttpsServer server;
    private final Path certificate;

    private TlsServer(HttpsServer server, Path certificate) {
        this.server = server;
        this.certificate = certificate;
    }

    static TlsServer start(Path folder)
            throws IOException, GeneralSecurityException, InterruptedException {
        Files.createDirectories(folder);
        Path keys = folder.resolve("keys.p12");
        Path certificate = folder.resolve("ca.crt");
        keytool(
                keys,
                List.of(
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + folder.getFileName(),
                        "-ext",
                        "SAN=ip:127.0.0.1"));
        keytool(keys, List.of("-exportcert", "-rfc", "-file", certificate.toString()));
        HttpsServer server =
                HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls(keys)));
        server.createContext(
                "/",
                exchange -> {
                    exchange.sendResponseHeaders(NOT_FOUND, -1);
                    exchange.close();
                });
        server.start();
        return new TlsServer(server, certificate);
    }

    /** The JDK has no public class that signs a certificate, but a tool that does. */
    private static void keytool(Path keys, List<String> arguments)
            throws IOException, InterruptedException {
        ProcessBuilder keytool =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        keytool.command().addAll(arguments);
        keytool.command()
                .addAll(
                        List.of(
                                "-alias",
                                "store",
                                "-keystore",
                                keys.toString(),
                                "-storepass",
                                PASSWORD));
        Process process = keytool.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("keytool failed: " + said.strip());
        }
    }

    private static SSLContext tls(Path keys) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, PASSWORD.toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        return tls;
    }

    String url() {
        return "https://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Returns the file with the certificate that clients have to trust. */
    Path certificate() {
        return certificate;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
