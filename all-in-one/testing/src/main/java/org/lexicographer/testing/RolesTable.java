package org.lexicographer.testing;

import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.properties.CanBeAnnotated;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who may send which request to a service, read from the annotations of its resources. Every
 * resource method has to say it; a request that may change something says also whether it is kept
 * in the audit log.
 */
public final class RolesTable {

    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE");
    private static final String REST = "jakarta.ws.rs.";
    private static final String ROLES = "jakarta.annotation.security.RolesAllowed";
    private static final String EVERYBODY = "jakarta.annotation.security.PermitAll";
    private static final String AUTHENTICATED = "io.quarkus.security.Authenticated";
    private static final String AUDITED = "org.lexicographer.runtime.audit.Audited";

    private final List<JavaMethod> methods;

    private RolesTable(JavaClasses classes) {
        this.methods =
                classes.stream()
                        .map(JavaClass::getMethods)
                        .flatMap(all -> all.stream())
                        .filter(method -> verb(method).isPresent())
                        .toList();
    }

    /** Returns the methods of resources that do not say who may ask, by their full names. */
    public static List<String> silent(Class<?>... resources) {
        return new RolesTable(new ClassFileImporter().importClasses(resources)).silent();
    }

    private List<String> silent() {
        return methods.stream()
                .filter(method -> role(method).isEmpty())
                .map(JavaMethod::getFullName)
                .toList();
    }

    /**
     * Checks that every resource method says who may ask, and that a page of docs has the table of
     * it.
     *
     * @param root the package that holds all of the service's
     * @param service its name, as the page's heading has it
     * @throws AssertionError when one does not, or the table is another
     */
    public static void check(String root, String service) {
        RolesTable table =
                new RolesTable(
                        new ClassFileImporter()
                                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                                .importPackages(root));
        List<String> silent = table.silent();
        if (!silent.isEmpty()) {
            throw new AssertionError("nobody says who may ask: methods=" + silent);
        }
        String expected = String.join("\n", table.rows());
        String found = section(service);
        if (!found.equals(expected)) {
            throw new AssertionError(
                    "docs/access.md, section %s: expected\n%s\nfound\n%s"
                            .formatted(service, expected, found));
        }
    }

    /** Returns the lines of the table, sorted by path. */
    private List<String> rows() {
        return methods.stream()
                .map(
                        method ->
                                "| `%s` | %s | %s | %s |"
                                        .formatted(
                                                path(method),
                                                verb(method).orElseThrow(),
                                                role(method).orElseThrow(),
                                                value(method, AUDITED).orElse("")))
                .sorted()
                .toList();
    }

    /** Returns the lines of the page's table for a service. */
    private static String section(String service) {
        try {
            String page = Files.readString(Path.of("..", "docs", "access.md"));
            return Stream.of(page.split("(?m)^##+ "))
                    .filter(section -> section.startsWith(service + "\n"))
                    .flatMap(String::lines)
                    .filter(line -> line.startsWith("| `"))
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<String> verb(JavaMethod method) {
        return METHODS.stream().filter(verb -> method.isAnnotatedWith(REST + verb)).findFirst();
    }

    private static String path(JavaMethod method) {
        String path =
                Stream.of(value(method.getOwner(), REST + "Path"), value(method, REST + "Path"))
                        .flatMap(Optional::stream)
                        .map(part -> part.replaceAll("^/|/$", ""))
                        .filter(part -> !part.isEmpty())
                        .collect(Collectors.joining("/", "/", ""));
        return path.replaceAll("/+", "/");
    }

    private static Optional<String> role(JavaMethod method) {
        if (method.isAnnotatedWith(EVERYBODY)) {
            return Optional.of("everybody");
        }
        if (method.isAnnotatedWith(AUTHENTICATED)) {
            return Optional.of("whoever is logged in");
        }
        return value(method, ROLES);
    }

    private static Optional<String> value(CanBeAnnotated element, String annotation) {
        return annotations(element).stream()
                .filter(it -> it.getRawType().getName().equals(annotation))
                .findFirst()
                .flatMap(it -> it.get("value"))
                .map(
                        value ->
                                value instanceof Object[] several
                                        ? Stream.of(several)
                                                .map(Object::toString)
                                                .collect(Collectors.joining(", "))
                                        : value.toString());
    }

    private static List<? extends JavaAnnotation<?>> annotations(CanBeAnnotated element) {
        return switch (element) {
            case JavaMethod method -> List.copyOf(method.getAnnotations());
            case JavaClass type -> List.copyOf(type.getAnnotations());
            default -> List.of();
        };
    }
}
