/** STAND-IN: how graphs are run. */
package org.cirr.backend;
