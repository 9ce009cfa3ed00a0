package org.lexicographer.testing;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The rules that every module's main classes are held to:
 *
 * <ul>
 *   <li>no packages import each other in a circle;
 *   <li>arrows go down: {@code service} uses {@code job}, {@code stage} and the packages below,
 *       {@code job} uses {@code stage} and the packages below, and these use none of the three;
 *   <li>a service's Quarkus, CDI, REST and messaging are in {@code service} alone, and the
 *       annotations of messaging only in classes named {@code XListener} (takes records in) or
 *       {@code XEmitter} (gives records out);
 *   <li>{@code io.minio} is used in {@code org.lexicographer.objectstore.s3} alone, and DJL in no
 *       module that runs without it (its tokenizers apart, in the tokenizer service);
 *   <li>no method takes or returns vectors, which are objects wherever the compiler has not inlined
 *       it; e^x alone does;
 *   <li>a package holds 1 to 15 files;
 *   <li>what is logged goes through SLF4J.
 * </ul>
 *
 * <p>A module's test is one line: {@code
 * ArchitectureRules.of("org.lexicographer.trainer").check()}.
 */
public final class ArchitectureRules {

    private static final int MOST_FILES = 15;

    /** What JMH writes around benchmarks is nobody's to read. */
    private static final String GENERATED = "/jmh_generated/";

    private static final String VECTORS = "jdk.incubator.vector";

    /** Small, called in loops alone, and without calls but of the vectors' own methods. */
    private static final String WITH_VECTORS = "org.lexicographer.languagemodel.kernel.Exponential";

    private static final String SERVICE = "service";
    private static final List<String> FLOORS_FROM_BELOW = List.of("stage", "job", SERVICE);

    private static final String[] QUARKUS = {
        "io.quarkus..", "io.smallrye..", "io.vertx..", "jakarta..", "org.eclipse.microprofile.."
    };

    private static final String[] MESSAGING_ANNOTATIONS = {
        "org.eclipse.microprofile.reactive.messaging..",
        "io.smallrye.reactive.messaging.annotations.."
    };

    /** The modules that run without DJL. */
    private static final String[] WITHOUT_DJL = {
        "org.lexicographer.pipeline..",
        "org.lexicographer.objectstore..",
        "org.lexicographer.runstore..",
        "org.lexicographer.runtime..",
        "org.lexicographer.tokenizer..",
        "org.lexicographer.embedded..",
        "org.lexicographer.allinone.."
    };

    private final String root;

    private ArchitectureRules(String root) {
        this.root = root;
    }

    /**
     * Returns the rules for a module.
     *
     * @param root the package that holds all of the module's: {@code org.lexicographer.trainer}
     */
    public static ArchitectureRules of(String root) {
        return new ArchitectureRules(root);
    }

    /**
     * Checks all rules on the module's classes, as far as they are on the class path.
     *
     * @throws AssertionError with all that is against a rule
     */
    public void check() {
        // The rules ask for the packages of others' classes, never for what is inside: not reading
        // those from the class path takes a tenth of the time.
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        JavaClasses classes =
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .withImportOption(location -> !location.contains(GENERATED))
                        .importPackages(root);
        if (classes.isEmpty()) {
            throw new AssertionError("no classes found: package=" + root);
        }
        check(classes);
    }

    void check(JavaClasses classes) {
        List<String> faults = new ArrayList<>(sizes(classes));
        for (ArchRule rule : rules()) {
            var result = rule.allowEmptyShould(true).evaluate(classes);
            if (result.hasViolation()) {
                faults.add(result.getFailureReport().toString());
            }
        }
        if (!faults.isEmpty()) {
            throw new AssertionError(String.join("\n\n", faults));
        }
    }

    private List<ArchRule> rules() {
        List<ArchRule> rules = new ArrayList<>();
        rules.add(noCircles());
        rules.addAll(arrowsGoDown());
        rules.add(quarkusIsInTheServiceFloor());
        rules.add(messagingIsInListenersAndEmitters());
        rules.add(minioIsInOnePackage());
        rules.add(djlIsWhereItBelongs());
        rules.add(logsGoThroughSlf4j());
        rules.add(vectorsStayWithinAMethod());
        return rules;
    }

    private static ArchRule noCircles() {
        return SlicesRuleDefinition.slices()
                .assignedFrom(
                        new SliceAssignment() {
                            @Override
                            public SliceIdentifier getIdentifierOf(JavaClass type) {
                                return SliceIdentifier.of(type.getPackageName());
                            }

                            @Override
                            public String getDescription() {
                                return "packages";
                            }
                        })
                .namingSlices("$1")
                .should()
                .beFreeOfCycles()
                .as("no packages import each other in a circle");
    }

    private List<ArchRule> arrowsGoDown() {
        List<ArchRule> rules = new ArrayList<>();
        for (int floor = 0; floor < FLOORS_FROM_BELOW.size(); floor++) {
            String[] above = floors(floor, FLOORS_FROM_BELOW.size());
            rules.add(
                    noClasses()
                            .that(resideInAPackage(root + ".."))
                            .and(resideOutsideOfPackages(above))
                            .should()
                            .dependOnClassesThat(resideInAnyPackage(above))
                            .as(
                                    "arrows go down: only %s may use %s"
                                            .formatted(String.join(", ", above), above[0])));
        }
        return rules;
    }

    private String[] floors(int from, int to) {
        return FLOORS_FROM_BELOW.subList(from, to).stream()
                .map(floor -> root + "." + floor + "..")
                .toArray(String[]::new);
    }

    private ArchRule quarkusIsInTheServiceFloor() {
        return noClasses()
                .that(
                        resideOutsideOfPackages(
                                root + "." + SERVICE + "..",
                                "org.lexicographer.runtime..",
                                "org.lexicographer.testing.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage(QUARKUS))
                .as("all of Quarkus is in the package 'service'");
    }

    private static ArchRule messagingIsInListenersAndEmitters() {
        return noClasses()
                .that(describe("are no XListener or XEmitter", ArchitectureRules::isNoEndpoint))
                .should()
                .dependOnClassesThat(resideInAnyPackage(MESSAGING_ANNOTATIONS))
                .as("only an XListener or XEmitter has annotations of messaging");
    }

    private static boolean isNoEndpoint(JavaClass type) {
        String name = outermost(type).getSimpleName();
        return !name.endsWith("Listener") && !name.endsWith("Emitter");
    }

    private static ArchRule minioIsInOnePackage() {
        return noClasses()
                .that(resideOutsideOfPackages("org.lexicographer.objectstore.s3.."))
                .should()
                .dependOnClassesThat(resideInAPackage("io.minio.."))
                .as("only org.lexicographer.objectstore.s3 uses io.minio");
    }

    private static ArchRule djlIsWhereItBelongs() {
        return noClasses()
                .that(resideInAnyPackage(WITHOUT_DJL))
                .should()
                .dependOnClassesThat(isDjl())
                .as("this module runs without DJL (the tokenizer service has its tokenizers)");
    }

    private static DescribedPredicate<JavaClass> isDjl() {
        return resideInAPackage("ai.djl..")
                .and(resideOutsideOfPackages("ai.djl.huggingface.tokenizers.."))
                .as("are of DJL, its tokenizers apart");
    }

    private static ArchRule logsGoThroughSlf4j() {
        return noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.System$Logger")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.logging.Logger")
                .as("logs go through SLF4J");
    }

    private static ArchRule vectorsStayWithinAMethod() {
        return noMethods()
                .that()
                .areDeclaredInClassesThat(
                        describe("are others", type -> !type.getName().equals(WITH_VECTORS)))
                .should(
                        ArchCondition.from(
                                describe("take or return vectors", ArchitectureRules::hasVectors)))
                .as("vectors stay within a method");
    }

    private static boolean hasVectors(JavaMethod method) {
        return isVector(method.getRawReturnType())
                || method.getRawParameterTypes().stream().anyMatch(ArchitectureRules::isVector);
    }

    private static boolean isVector(JavaClass type) {
        String name = type.getSimpleName();
        return type.getPackageName().equals(VECTORS)
                && (name.endsWith("Vector") || name.equals("VectorMask"));
    }

    /** Returns a line for each package that holds more files than it may. */
    private List<String> sizes(JavaClasses classes) {
        Map<String, Set<String>> files = new TreeMap<>();
        for (JavaClass type : classes) {
            if (!type.getSimpleName().equals("package-info")) {
                files.computeIfAbsent(type.getPackageName(), name -> new HashSet<>())
                        .add(outermost(type).getName());
            }
        }
        return files.entrySet().stream()
                .filter(entry -> entry.getValue().size() > MOST_FILES)
                .map(
                        entry ->
                                "a package holds too many files: most=%d, found=%d, package=%s"
                                        .formatted(
                                                MOST_FILES,
                                                entry.getValue().size(),
                                                entry.getKey()))
                .toList();
    }

    private static JavaClass outermost(JavaClass type) {
        JavaClass outer = type;
        while (outer.getEnclosingClass().isPresent()) {
            outer = outer.getEnclosingClass().get();
        }
        return outer;
    }
}
