/** Tests of what tests are made of. */
package org.lexicographer.testing;
