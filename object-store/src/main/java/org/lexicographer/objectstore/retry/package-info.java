/**
 * An object store whose outages are waited out: requests, streams and listings that continue after
 * a failure.
 */
package org.lexicographer.objectstore.retry;
