/**
 * What each service may do on the brokers: in comes an installation, out go the rights of the Kafka
 * user that each of its services works as.
 */
package org.lexicographer.pipeline.rights;
