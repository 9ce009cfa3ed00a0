package org.lexicographer.allinone.startcache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/**
 * What a start cache depends on: the JVM, its options, and all jars of a class path by their names,
 * sizes and times, which are what the JVM looks at too. Of jars of this project, which is built
 * again and again under the same version, the content counts as well.
 */
final class StartKey {

    /** Released libraries lie here; what else an application has is made by its build. */
    private static final String LIBRARIES = "lib/";

    private static final String OURS = "org.lexicographer.";

    private final MessageDigest digest;

    private StartKey() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * Returns the key of a program that is started by this JVM's {@code java}.
     *
     * @param options the JVM's options
     * @param jar the program, whose manifest names the other jars of its class path
     * @throws UncheckedIOException when a jar cannot be read
     */
    static String of(List<String> options, Path jar) {
        StartKey key = new StartKey();
        key.add(System.getProperty("java.vm.version") + " " + System.getProperty("java.home"));
        options.forEach(key::add);
        try {
            key.add(jar.getParent(), jar.getFileName().toString());
            for (String name : classPath(jar)) {
                key.add(jar.getParent(), name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("class path cannot be read: jar=" + jar, e);
        }
        return HexFormat.of().formatHex(key.digest.digest());
    }

    private static List<String> classPath(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            Manifest manifest = file.getManifest();
            String path = manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            return path == null ? List.of() : List.of(path.strip().split("\\s+"));
        }
    }

    private void add(Path folder, String name) throws IOException {
        Path jar = folder.resolve(name);
        if (!Files.exists(jar)) {
            return;
        }
        add("%s %d %s".formatted(name, Files.size(jar), Files.getLastModifiedTime(jar)));
        if (!name.startsWith(LIBRARIES) || jar.getFileName().toString().startsWith(OURS)) {
            digest.update(Files.readAllBytes(jar));
        }
    }

    private void add(String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }
}
