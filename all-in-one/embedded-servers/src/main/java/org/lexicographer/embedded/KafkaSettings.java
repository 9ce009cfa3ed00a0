package org.lexicographer.embedded;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Properties;

/** The broker settings of {@link EmbeddedKafka}: one node that is broker and controller. */
final class KafkaSettings {

    static final String HOST = "127.0.0.1";
    static final int NODE_ID = 1;
    static final String CONTROLLER_LISTENER = "CONTROLLER";

    private static final String FIXED =
            """
            process.roles=broker,controller
            node.id=1
            controller.listener.names=CONTROLLER
            inter.broker.listener.name=BROKER
            listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT

            # After a kill -9 the controller waits for the dead broker's session to time out before
            # the new one may register, so this is the restart time. Half of it risks fencing a
            # broker that is only short of processor time.
            broker.session.timeout.ms=6000
            broker.heartbeat.interval.ms=500

            # Topics are created by those who write them, with the partitions they mean.
            auto.create.topics.enable=false
            delete.topic.enable=true

            # One node: nothing can be replicated, and fifty partitions of offsets are a waste.
            default.replication.factor=1
            min.insync.replicas=1
            offsets.topic.num.partitions=4
            offsets.topic.replication.factor=1
            transaction.state.log.num.partitions=4
            transaction.state.log.replication.factor=1
            transaction.state.log.min.isr=1
            share.coordinator.state.topic.num.partitions=4
            share.coordinator.state.topic.replication.factor=1
            share.coordinator.state.topic.min.isr=1

            # Groups form at once, and a member that was killed is noticed soon.
            group.initial.rebalance.delay.ms=0
            group.min.session.timeout.ms=1000

            # Blocks of activations are large.
            message.max.bytes=8388608
            replica.fetch.max.bytes=8388608

            # Nothing is lost to time: a run that rests for a month continues where it was. What has
            # been purged or deleted gives its disk space back within seconds.
            log.retention.ms=-1
            log.retention.bytes=-1
            offsets.retention.minutes=525600
            log.segment.bytes=67108864
            log.initial.task.delay.ms=1000
            log.retention.check.interval.ms=2000
            log.segment.delete.delay.ms=500
            log.flush.start.offset.checkpoint.interval.ms=5000

            # A small heap and few threads: the neighbours need them.
            log.cleaner.dedupe.buffer.size=4194304
            log.cleaner.threads=1
            log.index.size.max.bytes=2097152
            num.network.threads=2
            num.io.threads=4
            background.threads=2
            num.recovery.threads.per.data.dir=2
            group.coordinator.threads=1
            """;

    private KafkaSettings() {}

    static Properties of(Path logFolder, int brokerPort, int controllerPort) {
        Properties settings = fixed();
        settings.setProperty("log.dirs", logFolder.toString());
        String broker = "BROKER://" + HOST + ":" + brokerPort;
        String controller = HOST + ":" + controllerPort;
        settings.setProperty("listeners", broker + ",CONTROLLER://" + controller);
        settings.setProperty("advertised.listeners", broker);
        settings.setProperty("controller.quorum.voters", NODE_ID + "@" + controller);
        return settings;
    }

    private static Properties fixed() {
        try {
            Properties settings = new Properties();
            settings.load(new StringReader(FIXED));
            return settings;
        } catch (IOException e) {
            throw new UncheckedIOException("broker settings cannot be read", e);
        }
    }
}
