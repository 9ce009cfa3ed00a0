package org.lexicographer.pipeline.rights;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.lexicographer.pipeline.stream.Installation;

/**
 * The rights of all users as text. Names lack their installation's prefix; what stands for it is
 * put before them.
 */
public final class RightsListing {

    private static final String COMMAND =
            "kafka-acls.sh --bootstrap-server \"$BROKERS\" --command-config admin.properties --add";

    private final String prefix;

    /**
     * Takes what is put before names.
     *
     * @param prefix an installation's prefix, or a shell's variable that has it
     */
    public RightsListing(String prefix) {
        this.prefix = prefix;
    }

    /** Returns the rows of a table in Markdown: user, kind of resource, name, operations. */
    public String rows() {
        StringBuilder rows = new StringBuilder();
        for (KafkaUser user : KafkaUser.values()) {
            operations(user)
                    .forEach(
                            (resource, operations) ->
                                    rows.append(
                                            "| `%s` | %s | `%s` | %s |\n"
                                                    .formatted(
                                                            user.service(),
                                                            resource.type(),
                                                            resource.shownName(),
                                                            operations)));
        }
        return rows.toString();
    }

    /** Returns the commands of Kafka's own tool that grant the rights, one a line. */
    public String commands() {
        StringBuilder commands = new StringBuilder();
        for (KafkaUser user : KafkaUser.values()) {
            operations(user)
                    .forEach(
                            (right, operations) ->
                                    commands.append(command(user, right, operations)).append('\n'));
        }
        return commands.toString();
    }

    private String command(KafkaUser user, KafkaRight right, StringJoiner operations) {
        ResourcePattern resource = right.resource();
        String pattern =
                resource.patternType() == PatternType.PREFIXED
                        ? " --resource-pattern-type prefixed"
                        : "";
        return "%s --allow-principal \"User:%s%s\" --%s \"%s%s\"%s%s"
                .formatted(
                        COMMAND,
                        prefix,
                        user.service(),
                        right.type(),
                        prefix,
                        resource.name(),
                        pattern,
                        (", " + operations).replace(", ", " --operation "));
    }

    /** Returns the operations on each resource, by one of the rights to it. */
    private static Map<KafkaRight, StringJoiner> operations(KafkaUser user) {
        Map<ResourcePattern, KafkaRight> first = new LinkedHashMap<>();
        Map<KafkaRight, StringJoiner> operations = new LinkedHashMap<>();
        for (KafkaRight right : user.rights(Installation.ALONE)) {
            KafkaRight one = first.computeIfAbsent(right.resource(), resource -> right);
            operations
                    .computeIfAbsent(one, resource -> new StringJoiner(", "))
                    .add(right.shownOperation());
        }
        return operations;
    }
}
