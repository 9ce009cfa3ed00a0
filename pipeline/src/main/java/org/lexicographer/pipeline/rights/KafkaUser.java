package org.lexicographer.pipeline.rights;

import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.DELETE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import java.util.Arrays;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.stream.ControlTopics;
import org.lexicographer.pipeline.stream.Installation;

/**
 * The users that the services work as, and all that each of them has to be allowed on brokers that
 * deny the rest. Every service creates control topics that are missing when it starts.
 */
public enum KafkaUser {
    TOKENIZER("tokenizer-service") {
        @Override
        void grant(Grants grants) {
            grants.topic(Topics.RUNS, READ);
            grants.topic(Topics.DATASET_SHARDS, READ, WRITE);
            grants.topic(Topics.RUN_PROGRESS, WRITE);
            grants.topic(Topics.REJECTED, WRITE);
            grants.topics(Topics.TOKEN_BLOCKS, CREATE, READ, WRITE);
            grants.group(service(), READ);
            grants.groups(service() + ".", READ);
            grants.groups(Topics.ACTIVATION_GROUPS, DESCRIBE);
        }
    },
    ACTIVATION("activation-service") {
        @Override
        void grant(Grants grants) {
            grants.topic(Topics.RUNS, READ);
            grants.topic(Topics.RUN_PROGRESS, WRITE);
            grants.topic(Topics.REJECTED, WRITE);
            grants.topics(Topics.TOKEN_BLOCKS, READ);
            grants.topics(Topics.RESIDUAL_BLOCKS, CREATE, READ, WRITE, DELETE);
            grants.topics(Topics.ACTIVATION_BLOCKS, CREATE, WRITE);
            grants.groups(Topics.ACTIVATION_GROUPS, READ);
            grants.groups(Topics.TRAINER_GROUPS, DESCRIBE);
        }
    },
    TRAINER("trainer-service") {
        @Override
        void grant(Grants grants) {
            grants.topic(Topics.RUNS, READ, WRITE);
            grants.topic(Topics.RUN_PROGRESS, READ, WRITE);
            grants.topic(Topics.DICTIONARIES, WRITE);
            grants.topic(Topics.REJECTED, WRITE);
            grants.topics(Topics.TOKEN_BLOCKS, READ, DELETE);
            grants.topics(Topics.RESIDUAL_BLOCKS, DELETE);
            grants.topics(Topics.ACTIVATION_BLOCKS, CREATE, READ, DELETE);
            grants.group(service(), READ);
            grants.groups(Topics.TRAINER_GROUPS, READ, DELETE);
            grants.groups(Topics.ACTIVATION_GROUPS, DELETE);
        }
    },
    EVALUATION("eval-service") {
        @Override
        void grant(Grants grants) {
            grants.topic(Topics.DICTIONARIES, READ, WRITE);
            grants.topic(Topics.EVALUATIONS, WRITE);
            grants.topic(Topics.RUN_PROGRESS, READ, WRITE);
            grants.topic(Topics.REJECTED, WRITE);
            grants.group(service(), READ);
            grants.groups(service() + ".", READ);
        }
    };

    private final String service;

    KafkaUser(String service) {
        this.service = service;
    }

    /** Returns the name of the service, and of its user in an installation that is alone. */
    public String service() {
        return service;
    }

    /** Returns the name of the user. */
    public String in(Installation installation) {
        return installation.atBrokers(service);
    }

    /** Returns the rights of the user, in the order of kinds and names. */
    public SortedSet<KafkaRight> rights(Installation installation) {
        Grants grants = new Grants(installation);
        ControlTopics.all().forEach(topic -> grants.topic(topic.name(), CREATE));
        grant(grants);
        return grants.rights;
    }

    /** Grants what is this service's own. */
    abstract void grant(Grants grants);

    /** Collects rights. */
    static final class Grants {

        private final SortedSet<KafkaRight> rights = new TreeSet<>();
        private final Installation installation;

        Grants(Installation installation) {
            this.installation = installation;
        }

        void topic(String name, AclOperation... operations) {
            add(ResourceType.TOPIC, PatternType.LITERAL, name, operations);
        }

        void topics(String beginning, AclOperation... operations) {
            add(ResourceType.TOPIC, PatternType.PREFIXED, beginning, operations);
        }

        void group(String name, AclOperation... operations) {
            add(ResourceType.GROUP, PatternType.LITERAL, name, operations);
        }

        void groups(String beginning, AclOperation... operations) {
            add(ResourceType.GROUP, PatternType.PREFIXED, beginning, operations);
        }

        private void add(
                ResourceType type, PatternType pattern, String name, AclOperation... operations) {
            ResourcePattern resource =
                    new ResourcePattern(type, installation.atBrokers(name), pattern);
            Arrays.stream(operations).forEach(it -> rights.add(new KafkaRight(resource, it)));
        }
    }
}
