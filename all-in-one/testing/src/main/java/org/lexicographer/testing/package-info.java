/**
 * What the tests of all modules share: the rules of architecture that a module is held to, waiting
 * for a condition, and a broker and an object store for tests with Quarkus. It knows no other
 * module but the embedded servers.
 */
package org.lexicographer.testing;
