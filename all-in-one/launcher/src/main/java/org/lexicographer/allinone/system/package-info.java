/**
 * A data folder in, the whole system running on it out: an embedded Kafka broker and S3 server, and
 * the four services in JVMs of their own.
 */
package org.lexicographer.allinone.system;
