/**
 * A data folder in, the whole system running on it out: an embedded Kafka broker and S3 server, the
 * four services in JVMs of their own, and the demo run.
 *
 * <p>{@link org.lexicographer.allinone.Demo} is the program behind {@code ./run demo}. It knows the
 * services by their packaged applications, their REST interfaces and their topics alone, as any
 * other user does.
 */
package org.lexicographer.allinone;
