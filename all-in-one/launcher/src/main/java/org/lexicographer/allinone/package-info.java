/**
 * The whole system on one machine. It knows the services by their packaged applications, their REST
 * interfaces and their topics alone, as any other user does.
 *
 * <p>{@link org.lexicographer.allinone.demo.Demo} is the program of {@code ./run demo}, {@link
 * org.lexicographer.allinone.serve.Serve} that of {@code ./run serve}, {@link
 * org.lexicographer.allinone.chaos.Chaos} that of {@code ./run chaos}, {@link
 * org.lexicographer.allinone.image.Images} that of {@code ./run images}.
 */
package org.lexicographer.allinone;
