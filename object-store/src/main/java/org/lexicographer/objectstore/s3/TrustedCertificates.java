package org.lexicographer.objectstore.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trusts whom the JVM trusts, and the authorities of a file of PEM certificates: those of a company
 * or a cluster. The file is read again when it has changed by the time a connection is opened; as
 * long as it cannot be read then, as amid an exchange, what it said before holds.
 */
final class TrustedCertificates implements X509TrustManager {

    private static final Logger LOG = LoggerFactory.getLogger(TrustedCertificates.class);

    private final Path file;
    private byte[] read;
    private X509TrustManager current;

    /**
     * Reads the file.
     *
     * @throws IllegalArgumentException naming the setting when it holds no certificates
     */
    TrustedCertificates(Path file) {
        this.file = file;
        try {
            read = Files.readAllBytes(file);
            current = trusting(read);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(notUsable(e), e);
        }
    }

    private String notUsable(Exception cause) {
        return "no trusted certificates: setting=%s, file=%s, expected=certificates in PEM, found=%s"
                .formatted(S3Settings.CERTIFICATES, file, cause);
    }

    private static X509TrustManager trusting(byte[] pem)
            throws IOException, GeneralSecurityException {
        List<Certificate> own =
                List.copyOf(
                        CertificateFactory.getInstance("X.509")
                                .generateCertificates(new ByteArrayInputStream(pem)));
        if (own.isEmpty()) {
            throw new CertificateException("no certificate");
        }
        List<Certificate> all = new ArrayList<>(own);
        all.addAll(List.of(managerOf(null).getAcceptedIssuers()));
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (int i = 0; i < all.size(); i++) {
            store.setCertificateEntry("authority-" + i, all.get(i));
        }
        return managerOf(store);
    }

    /** Without a store it is the JVM's own. */
    private static X509TrustManager managerOf(KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return Stream.of(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow();
    }

    /** Makes a client trust them. */
    void addTo(OkHttpClient.Builder client) {
        try {
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, new TrustManager[] {this}, null);
            client.sslSocketFactory(tls.getSocketFactory(), this);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no TLS", e);
        }
    }

    private synchronized X509TrustManager upToDate() {
        try {
            byte[] now = Files.readAllBytes(file);
            if (!Arrays.equals(now, read)) {
                current = trusting(now);
                read = now;
                LOG.info("trusted certificates read again: file={}", file);
            }
        } catch (IOException | GeneralSecurityException e) {
            LOG.warn("what was trusted before is trusted: reason={}", notUsable(e));
        }
        return current;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String algorithm)
            throws CertificateException {
        upToDate().checkServerTrusted(chain, algorithm);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String algorithm)
            throws CertificateException {
        upToDate().checkClientTrusted(chain, algorithm);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return upToDate().getAcceptedIssuers();
    }
}
