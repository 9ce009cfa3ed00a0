/**
 * A folder in, a running server out: a Kafka broker and an S3 server inside this JVM.
 *
 * <p>Both listen on the loopback interface alone, keep what they hold in their folder and find it
 * again when they are started on the same folder. They are what the all-in-one runs on and what the
 * tests of the services run against.
 */
package org.lexicographer.embedded;
