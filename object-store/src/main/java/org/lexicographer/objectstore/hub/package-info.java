/**
 * Names of repositories of a model hub come in, prefixes and objects of the store go out: what a
 * repository holds at a commit is fetched once, checked, and read from the store afterwards.
 *
 * <p>{@link org.lexicographer.objectstore.hub.Hub} asks the hub, {@link
 * org.lexicographer.objectstore.hub.HubStore} keeps what it gives. Every failure is an {@link
 * org.lexicographer.objectstore.ObjectStoreException}: an outage of the hub is one of the store,
 * and what the hub refuses is refused.
 */
package org.lexicographer.objectstore.hub;
