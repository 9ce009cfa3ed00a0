/** What deploys the services agrees with the services: compose, images, Kubernetes. */
package org.lexicographer.allinone.deployment;
