package org.lexicographer.allinone.system;

import org.lexicographer.allinone.process.Service;
import org.lexicographer.objectstore.ObjectStore;

/** Broker, S3 server and the four services, and where they can be reached. */
public interface RunningSystem {

    /** The bucket that holds everything. */
    String BUCKET = "lexicographer";

    /** Returns the broker's address. */
    String bootstrapServers();

    /** Returns the S3 server's address. */
    String endpoint();

    /** Returns the bucket that holds everything. */
    ObjectStore objectStore();

    /** Returns the root of a service's REST interface, ending in a slash. */
    String url(Service service);

    /**
     * Checks that every service still runs.
     *
     * @throws IllegalStateException with the end of its log when one does not
     */
    void check();
}
