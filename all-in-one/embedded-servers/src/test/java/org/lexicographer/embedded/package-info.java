/** Claims about the embedded servers, tried with the ordinary clients. */
package org.lexicographer.embedded;
