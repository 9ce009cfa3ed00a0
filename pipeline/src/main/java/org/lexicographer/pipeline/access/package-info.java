/** The environment of a command comes in; what it shows to services goes out. */
package org.lexicographer.pipeline.access;
