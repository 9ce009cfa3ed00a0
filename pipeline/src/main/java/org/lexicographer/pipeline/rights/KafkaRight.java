package org.lexicographer.pipeline.rights;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * One thing that a user may do. Reading, writing, deleting and altering let it describe too.
 *
 * @param resource the topics or groups, as the brokers call them
 * @param operation what may be done with them
 */
public record KafkaRight(ResourcePattern resource, AclOperation operation)
        implements Comparable<KafkaRight> {

    private static final String ANY_HOST = "*";

    public KafkaRight {
        requireNonNull(resource, "resource is null");
        requireNonNull(operation, "operation is null");
    }

    /** Tells whether the right is for this topic or group. */
    public boolean covers(ResourceType type, String name) {
        return resource.resourceType() == type
                && (resource.patternType() == PatternType.PREFIXED
                        ? name.startsWith(resource.name())
                        : name.equals(resource.name()));
    }

    /** Returns the right of a user, as an admin client creates it. */
    public AclBinding of(String user) {
        return new AclBinding(
                resource,
                new AccessControlEntry(
                        "User:" + user, ANY_HOST, operation, AclPermissionType.ALLOW));
    }

    /** Returns what is granted, in Kafka's words: {@code topic token-blocks.* Read}. */
    @Override
    public String toString() {
        return "%s %s %s".formatted(type(), shownName(), shownOperation());
    }

    /** Returns the kind of the resource as Kafka's tools call it, such as {@code topic}. */
    public String type() {
        return resource.resourceType().name().toLowerCase(Locale.ROOT);
    }

    /** Returns the name, with a star after one that others may begin with. */
    public String shownName() {
        return resource.name() + (resource.patternType() == PatternType.PREFIXED ? "*" : "");
    }

    /** Returns the operation as Kafka's tools call it, such as {@code Read}. */
    public String shownOperation() {
        String name = operation.name();
        return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
    }

    @Override
    public int compareTo(KafkaRight other) {
        int byType = resource.resourceType().compareTo(other.resource.resourceType());
        int byName = byType != 0 ? byType : shownName().compareTo(other.shownName());
        return byName != 0 ? byName : operation.compareTo(other.operation);
    }
}
